"""Settings of the contests service."""

from pydantic import Field

from services.contests.commands.contest_phases import AdvanceContest, AnnounceContest, CancelContest
from services.contests.commands.contests import ChangeContest, CreateContest
from services.contests.commands.entries import EditEntry, SubmitEntry
from services.contests.commands.entry_reviews import (
    AcceptEntry,
    ConfirmRejection,
    ProposeRejection,
    RejectEntry,
)
from shared.runtime.settings import QuotaSettings, ServiceSettings
from shared.web.quotas import Quota, Quotas


class ContestsSettings(ServiceSettings, QuotaSettings):
    """What every service needs, and how much one person may do in a UTC day.

    The rules of a contest are the contest's own.
    """

    quota_contests: int = Field(
        default=20, ge=0, description="Contests that one person may draft in a day; 0: no limit"
    )
    quota_contest_changes: int = Field(
        default=200,
        ge=0,
        description="Changes and steps of contests by one person in a day; 0: no limit",
    )
    quota_entries: int = Field(
        default=30, ge=0, description="Entries that one person may submit in a day; 0: no limit"
    )
    quota_entry_edits: int = Field(
        default=200, ge=0, description="Edits of entries by one person in a day; 0: no limit"
    )
    quota_reviews: int = Field(
        default=2000,
        ge=0,
        description="Entries that one person may accept or reject in a day; 0: no limit",
    )

    def daily_quotas(self) -> Quotas:
        """What counts as what. How often a ballot is replaced is bounded in the ballot itself."""
        changes = Quota("changes of contests", self.quota_contest_changes)
        reviews = Quota("reviews of entries", self.quota_reviews)
        quotas = {
            CreateContest: Quota("contests", self.quota_contests),
            ChangeContest: changes,
            AnnounceContest: changes,
            AdvanceContest: changes,
            CancelContest: changes,
            SubmitEntry: Quota("entries", self.quota_entries),
            EditEntry: Quota("edits of entries", self.quota_entry_edits),
            AcceptEntry: reviews,
            RejectEntry: reviews,
            ProposeRejection: reviews,
            ConfirmRejection: reviews,
        }
        return Quotas(quotas if self.quotas else {})
