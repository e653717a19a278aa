"""One partition of a topic, read in order: repeats, events ahead of their chain, and gaps; pure.

Within a partition each source's sequences only grow and every event names its predecessor: that is
a source's chain. So one number per source, the mark, says which events are repeats, for ever, and
whether one is missing.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from shared.delivery.dead_letters import Letter, OpenLetters, Record, StoredLetter
from shared.delivery.projections import PartitionFold

NEVER = "0" * 20
NOBODY = "~"  # behind every id

# Seconds that a record may be ahead of its chain before the partition is read again from its start,
# and then again before the alarm. Shorter: a relay that is about to send again causes a needless
# reading. Longer: an alarm comes late.
PATIENCE = 2.0


class Header(msgspec.Struct, gc=False):
    """The part of an envelope that places its event in a chain, and its id."""

    source: str
    sequence: str
    predecessor: str
    id: str = ""


class _TimeOfEvent(msgspec.Struct, gc=False):
    """The part of an envelope that says when its event happened, and was recorded if not then."""

    time: datetime
    recordedtime: datetime | None = None


class Gap(NamedTuple):
    """Events that were numbered for this partition and never came.

    Attributes:
        partition: `topic/number`.
        source: CloudEvents source whose chain has the gap.
        after: The sequence before the gap: the last that was counted.
        before: The last sequence inside the gap: the first event after it names this one as its
            predecessor.
    """

    partition: str
    source: str
    after: str
    before: str


class _Waiting:
    """A source whose next event is awaited, because later ones are there.

    Attributes:
        mark: The last sequence that was counted.
        predecessor: What the first event after the gap names as its predecessor.
        since: Seconds on a steady clock when the waiting, or then the reading again, began.
        reread_to: Offset that the reading again must reach before an alarm; None: it isn't asked.
    """

    __slots__ = ("mark", "predecessor", "reread_to", "since")

    def __init__(self, mark: str, predecessor: str, since: float) -> None:
        self.mark = mark
        self.predecessor = predecessor
        self.since = since
        self.reread_to: int | None = None


_read_header = msgspec.json.Decoder(Header).decode
_read_time = msgspec.json.Decoder(_TimeOfEvent).decode


class Partition:
    """One assigned partition: how far it was read, and what its events have changed.

    Args:
        name: `topic/number`.
        epoch: Raised at each assignment; a flush that names an older one changes nothing.
        offset: Offset of the record to read next.
        marks: Per source, the highest sequence that was counted.
        seen: Per source, the highest sequence that was seen, counted or not.
        fold: Gathers what the events change.
        open_letters: Records that couldn't be counted so far.
        allow_incomplete: Whether a source may be read from the middle of its chain when its
            beginning is gone.
        incomplete: Sources of which that was so, and the time of the first event that was there.

    Attributes:
        next: Offset of the record to read next; `stored` is what the last flush wrote of it.
        touched: Whether events were counted since the last flush.
        held: Whether dead letters aren't in their topic yet: then no flush may move past them.
        applied: Ids of the events that the mark has passed since the last flush, dead letters too;
            `take_applied` hands them over.
        counted: Events folded in since the assignment; `repeats` and `ahead` were left out.
    """

    def __init__(
        self,
        name: str,
        *,
        epoch: int,
        offset: int,
        marks: dict[str, str],
        seen: dict[str, str],
        fold: PartitionFold,
        open_letters: OpenLetters | None = None,
        allow_incomplete: bool = False,
        incomplete: Mapping[str, datetime] | None = None,
    ) -> None:
        self.name = name
        self.epoch = epoch
        self.next = offset
        self.stored = offset
        # The offset alone doesn't tell whether there is something to store: records that were on
        # their way when reading was sent back may end at the same one as those that came again.
        self.touched = False
        self.held = False
        self.marks = marks
        self.seen = seen
        self.fold = fold
        self.open_letters = open_letters or OpenLetters()
        self.applied: list[str] = []
        self.counted = 0
        self.repeats = 0
        self.ahead = 0
        self.incomplete = dict(incomplete or {})
        self._allow_incomplete = allow_incomplete
        self._waiting: dict[str, _Waiting] = {}
        self._ahead: dict[str, str] = {}

    @property
    def changed(self) -> bool:
        """Whether there is something that the last flush didn't store."""
        return self.touched or self.next != self.stored or self.open_letters.changed

    def fold_in(
        self, records: Sequence[Record], decode: Callable[[bytes], Any], *, since: str = NOBODY
    ) -> list[Letter]:
        """Counts records, each once and in its turn, given in the order of their offsets.

        Args:
            records: What was fetched of this partition.
            decode: Reads a record's value, as `Projection.decode` does.
            since: The first id of an event that somebody may still wait for: the ids of records
                that end before it aren't kept. Left out: nobody waits.

        Returns:
            What must go to the dead letters before the next flush.
        """
        dead: list[Letter] = []
        counted = 0
        marks, apply = self.marks, self.fold.apply
        open_keys = self.open_letters.by_key
        source, mark = "", NEVER
        applied: list[str] = []
        note = applied.append
        for record in records:
            try:
                event = decode(record.value or b"")
            except Exception as error:  # noqa: BLE001 - whatever a projection's decoder raises
                dead += self._left_out(record, f"can't be decoded: {type(error).__name__}")
                source = ""  # its mark may have moved
                continue
            if event.source != source:
                source = event.source
                mark = marks.get(source, NEVER)
            sequence = event.sequence
            if sequence <= mark:
                self.repeats += 1
                continue
            if event.predecessor > mark and not self._accept(source, mark, event, record):
                continue
            marks[source] = mark = sequence
            note(event.id)
            try:
                apply(event)
            except Exception as error:  # noqa: BLE001 - whatever a fold raises
                reason = f"can't be applied: {type(error).__name__}"
                dead.append(self.open_letters.add(record, reason, source, sequence))
            else:
                counted += 1
                if open_keys and record.key in open_keys:
                    self.open_letters.overtake(record.key)
        if records:
            self.next = records[-1].offset + 1
        self._note_applied(applied, since)
        self.counted += counted
        self.touched = self.touched or counted > 0
        return dead

    def set_aside(self, record: Record, reason: str) -> list[Letter]:
        """Leaves a record out although it could be folded: what it adds can't be stored.

        Returns what must go to the dead letters before the next flush.
        """
        dead = self._left_out(record, reason)
        self.next = record.offset + 1
        return dead

    def _left_out(self, record: Record, reason: str) -> list[Letter]:
        """A dead letter, unless the record is a repeat or will come again."""
        header = self._header(record)
        if header is None:  # foreign bytes belong to no chain
            return [self.open_letters.add(record, reason)]
        mark = self.marks.get(header.source, NEVER)
        if header.sequence <= mark:
            self.repeats += 1
            return []
        if header.predecessor > mark and not self._accept(header.source, mark, header, record):
            return []
        self.marks[header.source] = header.sequence
        self.applied.append(header.id)
        return [self.open_letters.add(record, reason, header.source, header.sequence)]

    def _note_applied(self, event_ids: list[str], since: str) -> None:
        if event_ids and event_ids[-1] >= since:
            self.applied += event_ids

    def take_applied(self) -> list[str]:
        """Hands over the ids of events that were counted since the last flush, or set aside."""
        taken, self.applied = self.applied, []
        return taken

    def replay(
        self,
        letter: StoredLetter,
        decode: Callable[[bytes], Any],
        late: Callable[[Any], bool],
        spare: Callable[[], PartitionFold],
    ) -> str | None:
        """Counts what couldn't be counted when its turn came.

        Args:
            letter: A letter of this partition that somebody wants to be replayed.
            decode: Reads a record's value, as `Projection.decode` does.
            late: Whether an event may be counted after later ones of its key.
            spare: Makes a fold for events that are: they mustn't mix with what came after them.

        Returns:
            Why it still can't be counted; None if it was.
        """
        try:
            event = decode(letter.value or b"")
        except Exception as error:  # noqa: BLE001 - whatever a projection's decoder raises
            return f"can't be decoded: {type(error).__name__}"
        if event.sequence > self.marks.get(event.source, NEVER):
            return "its turn in the chain hasn't come"
        overtaken = not self.open_letters.is_in_order(letter.key, letter.id)
        if overtaken and not late(event):
            return "later events with the same key were counted, and their order matters"
        fold = spare() if overtaken else self.fold
        try:
            fold.apply(event)
        except Exception as error:  # noqa: BLE001 - whatever a fold raises
            return f"can't be applied: {type(error).__name__}"
        self.counted += 1
        self.open_letters.add_replayed(letter.key, letter.id, fold if overtaken else None)
        return None

    def _header(self, record: Record) -> Header | None:
        try:
            return _read_header(record.value or b"")
        except msgspec.DecodeError:
            return None

    def _accept(self, source: str, mark: str, event: Any, record: Record) -> bool:
        """Whether an event may be counted although its predecessor wasn't: it begins a chain.

        Only where incomplete chains are allowed. Everything else is ahead of its chain.
        """
        if mark == NEVER and source not in self.marks and self._allow_incomplete:
            self.incomplete[source] = _happened_at(record)
            return True
        self.ahead += 1
        # Left out, not waited for: after the broker lost its log, a relay that hasn't noticed yet
        # may write 101 before it starts again at 1.
        self.seen[source] = max(self.seen.get(source, NEVER), event.sequence)
        self._ahead.setdefault(source, event.predecessor)
        return False

    def check(self, now: float) -> tuple[bool, list[Gap]]:
        """Looks for gaps.

        Args:
            now: Seconds on a steady clock.

        Returns:
            Whether to read the partition again from its start (marks make that harmless; `next`
            says so already), and the gaps that remained after that was done.
        """
        reread = False
        read_to = self.next
        gaps: list[Gap] = []
        for source, seen in self.seen.items():
            mark = self.marks.get(source, NEVER)
            if mark >= seen:
                self._waiting.pop(source, None)
                self._ahead.pop(source, None)
                continue
            waiting = self._waiting.get(source)
            if waiting is None or waiting.mark != mark:
                self._waiting[source] = _Waiting(mark, self._ahead.pop(source, seen), now)
                continue
            if now - waiting.since < PATIENCE:
                continue
            if waiting.reread_to is None:
                waiting.reread_to, waiting.since, reread = read_to, now, True
            elif read_to >= waiting.reread_to:
                waiting.reread_to = 0  # it stays an alarm while another source is read again
                gaps.append(Gap(self.name, source, mark, waiting.predecessor))
        if reread:
            self.next = 0  # no alarm before it has been read again, however long the broker takes
        return reread, gaps


def _happened_at(record: Record) -> datetime:
    """When a record's event was recorded; now, at the latest, where it doesn't say so."""
    try:
        told = _read_time(record.value or b"")
        return told.recordedtime or told.time
    except msgspec.DecodeError:
        return datetime.now(UTC)
