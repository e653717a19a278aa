"""The journal of an import: what is on its way, and what became of it, in the spool.

A batch is kept before it is sent, and goes together with the marks of its acts once it is answered.
So whoever is killed in between sends the same bytes under the same key again, which the platform
records once, and nothing is asked twice.
"""

from collections.abc import Sequence
from datetime import UTC

import msgspec

from mitmach.importing.acts import AnyAct, ChannelCreated
from mitmach.importing.causes import Sort
from mitmach.importing.recording.ids import Origin, ThingUnknown
from mitmach.importing.recording.order import Waiting
from mitmach.importing.recording.recorder import Batch, Journal, Outcome, SentAct
from mitmach.importing.recording.requests import Request, Service, World
from mitmach.importing.recording.translation import requests_of
from mitmach.importing.spool import ActState, Position, Spool

_PERSON, _CHANNEL, _TOKEN = "another account", "first channel", "token"


class _Asked(msgspec.Struct):
    act: str


class _Body(msgspec.Struct):
    acts: list[_Asked]


_read_body = msgspec.json.Decoder(_Body).decode


class SpoolJournal(Journal[Position]):
    """Keeps its notes in the spool.

    Args:
        spool: The spool of the import.
        world: What is known of the source.

    Attributes:
        tokens: The last consistency token of each service. Acts that are repeated rely on what was
            answered before, by the run that was killed.
    """

    def __init__(self, spool: Spool, world: World) -> None:
        self.tokens: dict[str, str] = {}
        self._spool = spool
        self._world = world

    def restore(self) -> None:
        """Has the world know again what acts told that were taken before."""
        ids = self._world.ids
        for source, person in self._spool.remembered(_PERSON):
            ids.is_another(source, person)
        for channel, group in self._spool.remembered(_CHANNEL):
            self._world.with_channel.add(group)
            ids.is_first_channel(channel, group)
        self.tokens.update(self._spool.remembered(_TOKEN))

    def note(self, act: AnyAct) -> None:
        """Keeps what later acts depend on, and the platform doesn't know."""
        if isinstance(act, ChannelCreated):
            group = self._world.ids.first_channel_of(act.id)
            if group is not None:
                self._spool.remember(_CHANNEL, act.id, group)

    def leaves(self, batch: Batch[Position]) -> None:
        """Keeps a batch before it is sent."""
        sequences = [one.key.sequence for one in batch.requests]
        self._spool.keep_batch(batch.service, batch.key, batch.body, sequences)

    def settled(
        self, batch: Batch[Position] | None, outcomes: Sequence[tuple[Position, Outcome]]
    ) -> None:
        """Marks acts, and forgets their batch, together."""
        with self._spool.batch():
            for position, outcome in outcomes:
                state = ActState.REFUSED if outcome.refusal else ActState.TAKEN
                reason = f"{outcome.refusal}: {outcome.detail}" if outcome.refusal else ""
                self._spool.mark(position, state, reason)
            for service, token in self.tokens.items():
                self._spool.remember(_TOKEN, service, token)
            if batch is not None:
                self._spool.forget_batch(batch.key)

    def is_another(self, source_id: str, person_id: str) -> None:
        """Keeps whose account it is."""
        self._spool.remember(_PERSON, source_id, person_id)

    def unanswered(self) -> list[tuple[Batch[Position], dict[Position, SentAct]]]:
        """Batches that were sent, perhaps, and not answered."""
        found = []
        for service, key, body, sequences in self._spool.kept_batches():
            waiting: list[Waiting[Position]] = []
            sent: dict[Position, SentAct] = {}
            for asked, sequence in zip(_read_body(body).acts, sequences, strict=True):
                position, _, act = self._spool.act_of(sequence)
                requests = self._requests(service, asked.act, act)
                # Never fewer than there are in the batch: what became unknown counts as one.
                count = max(len(requests), sum(one.key == position for one in waiting) + 1)
                sent[position] = SentAct(act.at.astimezone(UTC), count)
                request = next(one for one in requests if one.operation == asked.act)
                waiting.append(Waiting(position, request, 0))
            found.append((Batch(service, waiting, key, body), sent))
        return found

    def _requests(self, service: Service, operation: str, act: AnyAct) -> Sequence[Request]:
        try:
            return list(requests_of(self._world, act))
        except ThingUnknown:
            # What it names was refused since. Its bytes are there, and nothing else is needed.
            return [Request(service=service, operation=operation)]


class OriginLookup:
    """When things came to be, what they are in, and who made them, by the spool."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    def __call__(self, sort: Sort, source_id: str) -> Origin | None:
        """When a thing came to be, and what it is in; None where nobody told."""
        first = self._spool.first(sort, source_id)
        if first is None:
            return None
        return self._spool.act_at(first.position).at, first.owner

    def author(self, sort: Sort, source_id: str) -> str | None:
        """Who made a post or a comment."""
        first = self._spool.first(sort, source_id)
        return None if first is None else getattr(self._spool.act_at(first.position), "by", None)
