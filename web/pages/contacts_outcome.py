"""What became of an action, in words: "1,240 moved, 3 skipped (were there already)"."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from models.jobs import OPEN, JobStatus
from web.api.job_shapes import JobShape

#: What was done, and why one may be skipped.
_WORDS = {
    "move_to_group": ("moved", "were there already"),
    "remove_from_group": ("removed from the group", "were not in it"),
    "add_label": ("labeled", "had it already"),
    "remove_label": ("unlabeled", "did not have it"),
    "favorite": ("marked as favorites", "were already"),
    "unfavorite": ("unmarked as favorites", "were not"),
    "delete": ("deleted", "were deleted already"),
    "suppress": ("suppressed", "were on the list already"),
    "import_suppressions": ("suppressed", "were on the list already"),
    "replay": ("done", "known already"),
}
_UNDO = ("put back", "could not be")
_REASONS = 3


@dataclass(frozen=True)
class Outcome:
    job: JobShape

    @property
    def is_open(self) -> bool:
        return self.job.status in OPEN

    @property
    def can_undo(self) -> bool:
        until = self.job.undoable_until
        return (
            not self.is_open
            and self.job.undone_by is None
            and until is not None
            and until > datetime.now(UTC)
        )

    @property
    def at(self) -> int:
        job = self.job
        return job.done + job.skipped + len(job.failures)

    @property
    def sentence(self) -> str:
        """Say how far it is, or what came of it."""
        job = self.job
        done, why_skipped = _WORDS.get(job.kind, ("done", "so already"))
        if job.kind == "move_to_group" and job.goal is not None:
            done = f"moved to {job.goal.name}"
        if job.undo_of is not None:
            done, why_skipped = _UNDO
        if self.is_open:
            return f"{self.at:,} of {job.total:,} {done}"
        if self._is_cut_short:
            why_skipped = f"not reached, or {why_skipped}"
        parts = [f"{job.done:,} {done}"]
        if job.skipped:
            parts.append(f"{job.skipped:,} skipped ({why_skipped})")
        if job.failures:
            parts.append(f"{len(job.failures):,} not done ({self._reasons()})")
        return self._ending() + ", ".join(parts) + self._difference()

    @property
    def _is_cut_short(self) -> bool:
        return self.job.status in {JobStatus.CANCELLED, JobStatus.FAILED}

    def _ending(self) -> str:
        if self.job.status is JobStatus.CANCELLED:
            return "Canceled: "
        if self.job.status is JobStatus.FAILED:
            return f"Ended early. {self.job.reason or ''} ".replace("  ", " ")
        return ""

    def _reasons(self) -> str:
        found = Counter(each.reason.rstrip(".") for each in self.job.failures)
        return "; ".join(reason for reason, _ in found.most_common(_REASONS))

    def _difference(self) -> str:
        """Say when others were there than the operator saw."""
        expected, matched = self.job.expected, self.job.matched
        if expected is None or matched is None or expected == matched:
            return ""
        return f". You saw {expected:,}, there were {matched:,}"
