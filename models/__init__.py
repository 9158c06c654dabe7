"""What the service remembers. One noun a module; docs/glossary.md defines each noun."""

from models.accounts import Account, ApiKey, Operator, Role
from models.alarms import Alarm, AlarmKind
from models.answers import Answer
from models.audit import AuditEntry, audit
from models.campaigns import Campaign, CampaignContact, CampaignGroup, CampaignStatus
from models.circuits import Circuit
from models.consent import ConsentEntry
from models.contacts import Contact
from models.db import Base, autocommit, transaction
from models.deliveries import Attempt, Delivery, DeliveryStatus
from models.failed_jobs import FailedJob, FailedJobState
from models.failures import Failure
from models.figures import Figure
from models.groups import ContactLabel, Group, Label, Membership, Note
from models.integrations import EndpointToken, Integration, IntegrationStatus, QuietHours
from models.invitations import Invitation
from models.job_counts import JobCount
from models.job_rows import JobChange, JobChunk, JobFile, Wipe
from models.jobs import Job, JobStatus
from models.leads import Lead, LeadConflict, LeadStatus
from models.lookups import Lookup
from models.message_versions import MessageVersion
from models.phone_numbers import PhoneNumber, PhoneNumberStatus
from models.queue_pauses import QueuePause
from models.receipts import Receipt
from models.rejections import Rejection
from models.restores import ListedText, Restore
from models.schedules import Schedule
from models.search_terms import LeadSearch, SearchMark
from models.sign_in_attempts import SignInAttempts
from models.sign_ins import SignIn
from models.suppressions import Suppression, SuppressionKind
from models.texts import Text
from models.timeline import SERVICE, Actor, TimelineEntry

__all__ = [
    "Account",
    "Actor",
    "Alarm",
    "AlarmKind",
    "Answer",
    "ApiKey",
    "Attempt",
    "AuditEntry",
    "Base",
    "Campaign",
    "CampaignContact",
    "CampaignGroup",
    "CampaignStatus",
    "Circuit",
    "ConsentEntry",
    "Contact",
    "ContactLabel",
    "Delivery",
    "DeliveryStatus",
    "EndpointToken",
    "FailedJob",
    "FailedJobState",
    "Failure",
    "Figure",
    "Group",
    "Integration",
    "IntegrationStatus",
    "Invitation",
    "Job",
    "JobChange",
    "JobChunk",
    "JobFile",
    "JobCount",
    "JobStatus",
    "Label",
    "Lead",
    "LeadConflict",
    "LeadSearch",
    "LeadStatus",
    "ListedText",
    "Lookup",
    "Membership",
    "MessageVersion",
    "Note",
    "Operator",
    "PhoneNumber",
    "PhoneNumberStatus",
    "QueuePause",
    "QuietHours",
    "Receipt",
    "Rejection",
    "Restore",
    "Role",
    "SERVICE",
    "Schedule",
    "SearchMark",
    "SignIn",
    "SignInAttempts",
    "Suppression",
    "SuppressionKind",
    "Text",
    "TimelineEntry",
    "audit",
    "Wipe",
    "autocommit",
    "transaction",
]
