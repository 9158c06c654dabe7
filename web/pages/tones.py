"""How a status is toned where it is shown. The words say it all; a color only helps the eye."""

from models.campaigns import CampaignStatus
from models.deliveries import DeliveryStatus
from models.jobs import JobStatus
from models.leads import LeadStatus

LEAD_TONES = {
    LeadStatus.JOINED: "good",
    LeadStatus.LANDLINE: "good",
    LeadStatus.HELD: "warn",
    LeadStatus.NEEDS_ATTENTION: "bad",
    LeadStatus.SUPPRESSED: "bad",
}

TEXT_TONES = {
    DeliveryStatus.DELIVERED: "good",
    DeliveryStatus.UNKNOWN: "warn",
    DeliveryStatus.REVIEW: "warn",
    DeliveryStatus.UNDELIVERED: "bad",
    DeliveryStatus.REFUSED: "bad",
    DeliveryStatus.SUPPRESSED: "bad",
}

JOB_TONES = {
    JobStatus.DONE: "good",
    JobStatus.FAILED: "bad",
    JobStatus.CANCELLED: "warn",
}

CAMPAIGN_TONES = {CampaignStatus.ACTIVE: "good"}

#: Of what a search finds, by the status that it tells.
FOUND_TONES = {
    "in the opt-in queue": "good",
    "in a group": "good",
    "suppressed": "bad",
    "deleted": "bad",
    "refused": "bad",
    "needs attention": "bad",
    "held": "warn",
}
