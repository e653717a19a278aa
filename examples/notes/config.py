"""Settings of the notes service."""

from pydantic import Field

from examples.notes.commands.notes import WriteNote
from shared.runtime.settings import QuotaSettings, ServiceSettings
from shared.web.quotas import Quota, Quotas


class NotesSettings(ServiceSettings, QuotaSettings):
    """What every service needs, and how much one person may write in a UTC day."""

    quota_notes: int = Field(
        default=200, ge=0, description="Notes that one person may write in a day; 0: no limit"
    )

    def daily_quotas(self) -> Quotas:
        """Which command counts as what."""
        return Quotas({WriteNote: Quota("notes", self.quota_notes)} if self.quotas else {})
