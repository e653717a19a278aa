"""Playing the quarter: its acts are recorded, and the steps of the contest taken where they belong.

Acts of several days are handed over together: the recording is faster the more it can choose from.
A day with steps of the contest ends such a lot. What a step rests on happens in the morning of its
day at the latest, so it needn't stand among the acts of the same hour; only where the platform
notes who may enter or vote, nobody may have joined since.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from mitmach.demo.client import Ledger, RequestFailed
from mitmach.demo.contest import PastContest
from mitmach.demo.happenings import ContestStep, Happening
from mitmach.demo.recording import Recording
from mitmach.importing.acts import AnyAct
from mitmach.importing.recording.recorder import Outcome

LOT: Final = 4_000
"""Acts that are handed over together. With fewer the recording is left with little to choose from,
with more the progress that is shown stands still."""


# Steps with which it is noted who belongs to the group of the contest.
_ROLLS = frozenset({"announce", "voting"})


class QuarterPlayer:
    """Plays what happens, day by day.

    Args:
        recording: Records the acts.
        contest: Takes the steps of the contest.
        ledger: Gets the receipts.
        advance: Called with the number of happenings that were played since the last call.
    """

    def __init__(
        self,
        recording: Recording,
        contest: PastContest,
        ledger: Ledger,
        *,
        advance: Callable[[int], None],
    ) -> None:
        self._recording = recording
        self._contest = contest
        self._ledger = ledger
        self._advance = advance
        self._waiting: list[AnyAct] = []

    async def play(self, days: Iterable[Sequence[Happening]]) -> None:
        """Plays all days.

        Raises:
            RequestFailed: The platform refused what should be right.
        """
        for day in days:
            steps: list[ContestStep] = []
            for happening in day:
                if isinstance(happening, ContestStep):
                    steps.append(happening)
                    if happening.kind in _ROLLS:
                        await self._record()
                        await self._take_steps(steps)
                        steps = []
                else:
                    self._waiting.append(happening)
            if steps or len(self._waiting) >= LOT:
                await self._record()
            await self._take_steps(steps)
        await self._record()
        await self._contest.finish()

    async def _take_steps(self, steps: Sequence[ContestStep]) -> None:
        if steps:
            await self._contest.take(steps)
            self._advance(len(steps))

    async def _record(self) -> None:
        acts, self._waiting = self._waiting, []
        if not acts:
            return
        outcomes = await self._recording.record(acts)
        for act, outcome in zip(acts, outcomes, strict=True):
            self._take(act, outcome)
        self._advance(len(acts))

    def _take(self, act: AnyAct, outcome: Outcome) -> None:
        if outcome.refusal:
            raise RequestFailed(f"{act} was refused: {outcome.refusal}. {outcome.detail}")
        self._ledger.receipts.update(outcome.event_ids)
        self._ledger.deeds[type(act).__name__] += len(outcome.event_ids)
