"""What a person may choose about a source."""

from typing import Literal
from urllib.parse import quote

import msgspec

from mitmach.importing.reactions import ReactionTable, reaction_table
from shared.contract.media import LONGEST_ADDRESS

Identity = Literal["source", "email"]
"""What people are recognised by: what the source says of their account, or their address."""


class SourceOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a person may choose about a source.

    Attributes:
        team: Of Mattermost: the only team that is taken, by its name in addresses; all without one.
        reactions: Which of the platform's reactions each emoji is.
        identity: What people are recognised by.
        files_at: Address (https) of a folder with the export's files, so that posts can refer to
            them; without one posts name them only.
    """

    team: str | None = None
    reactions: ReactionTable = msgspec.field(default_factory=reaction_table)
    identity: Identity = "source"
    files_at: str | None = None

    def address_of(self, path: str) -> str | None:
        """The address of a file of the export; None where it has none."""
        if self.files_at is None:
            return None
        address = f"{self.files_at.rstrip('/')}/{quote(path.lstrip('/'))}"
        return address if len(address) <= LONGEST_ADDRESS else None
