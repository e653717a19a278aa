"""The commit itself, and what became of it when its answer is lost."""

import asyncio
import logging

from shared.contract.errors import OutcomeUnknown, Unavailable
from shared.delivery.committer.attempt import Attempt
from shared.delivery.committer.instruments import CommitterInstruments
from shared.delivery.failpoints import failpoint
from shared.delivery.log import LOG, first_id
from shared.delivery.mongo import CommitUnknown, Conflict, Database, Transaction

log = logging.getLogger(__name__)

_PAUSE = 0.25  # seconds before the same commit is sent again


class Commits:
    """Makes commits and knows for each job whether it may have taken effect.

    Args:
        database: The service's database: its log tells what a lost answer said.
        instruments: Counts answers that were lost.
    """

    def __init__(self, database: Database, instruments: CommitterInstruments) -> None:
        self._database = database
        self._instruments = instruments

    async def commit(self, transaction: Transaction, attempt: Attempt) -> None:
        """Commits what the attempt has written; returns when that has taken effect.

        Raises:
            Conflict: It has not.
            OutcomeUnknown: No answer came in time.
        """
        if any(job.refused for job in attempt.jobs):
            # Its deadline passed in here: it must not be stored after its refusal.
            raise Conflict("a command of the batch has expired")
        self._mark(attempt, sent=True)
        try:
            await transaction.commit()
            await failpoint("committer.answer_lost")
            return
        except Conflict:
            self._mark(attempt, sent=False)
            raise
        except CommitUnknown:
            self._instruments.unknown.inc()
            log.warning("the answer to a commit was lost")
        await self._find_out(transaction, attempt)

    async def _find_out(self, transaction: Transaction, attempt: Attempt) -> None:
        """Sends the same commit again until it is answered; never guesses."""
        loop = asyncio.get_running_loop()
        while loop.time() < max(job.expires for job in attempt.jobs):
            try:
                await transaction.commit()
                return
            except CommitUnknown:
                await asyncio.sleep(_PAUSE)
            except Conflict:
                # The server no longer knows the transaction: it took effect, or it was aborted.
                # The log tells.
                if not attempt.events:
                    break
                try:
                    stored = await self._database.find_one(
                        LOG, {"_id": first_id(attempt.commit_id)}
                    )
                except Unavailable:
                    await asyncio.sleep(_PAUSE)
                    continue
                if stored:
                    return
                self._mark(attempt, sent=False)
                raise
        raise OutcomeUnknown

    @staticmethod
    def _mark(attempt: Attempt, *, sent: bool) -> None:
        for job in attempt.jobs:
            job.sent = sent
