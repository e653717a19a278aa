"""A data team, the broker that it reads, and what is true about the events there."""

import asyncio
from dataclasses import dataclass, field

from shared.delivery.kafka import KafkaConnection
from tests.integration.data_teams.history import History, send
from tests.integration.data_teams.page import Team
from tests.integration.deploy.password_servers import PasswordServers


@dataclass
class World:
    """All that a test of the page needs.

    Attributes:
        team: The team in its folder.
        writer: Who writes posts.
        servers: The servers that want passwords; None on the demo's broker.
        history: What was written so far.
        runner: Where the broker's own coroutines run.
    """

    team: Team
    writer: KafkaConnection
    servers: PasswordServers | None = None
    history: History = field(default_factory=History)
    runner: asyncio.Runner | None = None

    def more(self, events: int) -> None:
        """Writes further events, some of them several times."""
        assert self.runner is not None
        self.runner.run(send(self.writer, self.history.more(events)))
