"""What the API does before it answers anybody."""

from typing import Any, cast

import pytest

from services.groups.app import TRIES, ensure_everyone
from services.groups.commands.everyone import EnsureEveryone
from shared.contract.errors import OutcomeUnknown, Unavailable
from shared.delivery.command import Command
from shared.delivery.committer import Committer


class SlowDatabase:
    """Stands for a committer whose database doesn't answer at first.

    Attributes:
        asked: The commands that were to be executed.
    """

    def __init__(self, *failures: Exception) -> None:
        self._failures = list(failures)
        self.asked: list[Command] = []

    async def execute(self, command: Command) -> Any:
        """Fails as often as it was told."""
        self.asked.append(command)
        if self._failures:
            raise self._failures.pop(0)


async def test_a_database_that_is_slow_at_the_start_is_asked_again() -> None:
    slow = SlowDatabase(Unavailable(), OutcomeUnknown())
    await ensure_everyone(cast(Committer, slow))
    assert slow.asked == [EnsureEveryone()] * 3


async def test_a_database_that_never_answers_ends_the_start() -> None:
    slow = SlowDatabase(*[Unavailable()] * TRIES)
    with pytest.raises(Unavailable):
        await ensure_everyone(cast(Committer, slow))
    assert len(slow.asked) == TRIES
