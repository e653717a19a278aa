"""One partition of a topic, read in order.

What repeats, what is ahead of its chain, and what is missing.

Within a partition each source's sequences only grow and every event names its predecessor, so one
number per source says which events are repeats, for ever, and whether one is missing.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

import msgspec

from shared.delivery.consumer.open_letters import OpenLetters
from shared.delivery.dead_letters import Letter, StoredLetter
from shared.delivery.projections import PartitionFold

NEVER = "0" * 20

# Seconds that a record may be ahead of its chain before the partition is read again from its start,
# and then again before the alarm. Shorter: a relay that is about to send again causes a needless
# reading. Longer: an alarm comes late.
PATIENCE = 2.0


class Record(Protocol):
    """What is needed of a consumer record."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


class Header(msgspec.Struct, gc=False):
    """The part of an envelope that places it in its chain."""

    source: str
    sequence: str
    predecessor: str


class _When(msgspec.Struct, gc=False):
    time: datetime


class Gap(NamedTuple):
    """Events that were numbered for this partition and never came.

    Attributes:
        partition: `topic/number`.
        source: Whose events.
        after: The last sequence that was counted.
        before: The first sequence that is there again names this one as its predecessor.
    """

    partition: str
    source: str
    after: str
    before: str


class _Waiting:
    __slots__ = ("mark", "predecessor", "reread_to", "since")

    def __init__(self, mark: str, predecessor: str, since: float) -> None:
        self.mark = mark
        self.predecessor = predecessor
        self.since = since
        self.reread_to: int | None = None


def place_of(name: str) -> tuple[str, int]:
    """Topic and number of a partition, of its name `topic/number`."""
    topic, _, number = name.rpartition("/")
    return topic, int(number)


_read_header = msgspec.json.Decoder(Header).decode
_read_when = msgspec.json.Decoder(_When).decode


class Partition:
    """What is known of one assigned partition.

    Args:
        name: `topic/number`.
        epoch: Raised at each assignment; a flush that names an older one changes nothing.
        offset: Where reading goes on.
        marks: Per source, the highest sequence that was counted.
        seen: Per source, the highest sequence that was seen, counted or not.
        fold: Where events go.
        open_letters: What couldn't be counted.
        allow_incomplete: Start in the middle of a source's chain when its beginning is gone.
        incomplete: Sources of which that was so, and the time of the first event that was there.
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
        self.stored = offset  # what the last flush wrote
        # Whether events were counted since. The offset alone doesn't tell: records that were on
        # their way when reading was sent back may end at the same one as those that came again.
        self.touched = False
        self.held = False  # its dead letters aren't kept yet: no flush may move past them
        self.marks = marks
        self.seen = seen
        self.fold = fold
        self.open_letters = open_letters or OpenLetters()
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

    def take(self, records: Sequence[Record], decode: Callable[[bytes], Any]) -> list[Letter]:
        """Folds records in.

        Returns those that must go to the dead letters before the next flush.
        """
        dead: list[Letter] = []
        before = self.counted
        marks, apply = self.marks, self.fold.apply
        watched = self.open_letters.watched
        source, mark = "", NEVER
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
            try:
                apply(event)
            except Exception as error:  # noqa: BLE001 - whatever a fold raises
                reason = f"can't be applied: {type(error).__name__}"
                dead.append(self.open_letters.put(record, reason, source, sequence))
            else:
                self.counted += 1
                if watched and record.key in watched:
                    self.open_letters.overtake(record.key)
        if records:
            self.next = records[-1].offset + 1
        self.touched = self.touched or self.counted != before
        return dead

    def set_aside(self, record: Record, reason: str) -> list[Letter]:
        """Leaves a record out although it could be folded: what it adds can't be stored.

        Returns:
            What must go to the dead letters before the next flush.
        """
        dead = self._left_out(record, reason)
        self.next = record.offset + 1
        return dead

    def _left_out(self, record: Record, reason: str) -> list[Letter]:
        """A dead letter, unless it repeats one or will come again.

        Its place in the chain counts as read.
        """
        header = self._header(record)
        if header is None:  # foreign bytes belong to no chain
            return [self.open_letters.put(record, reason)]
        mark = self.marks.get(header.source, NEVER)
        if header.sequence <= mark:
            self.repeats += 1
            return []
        if header.predecessor > mark and not self._accept(header.source, mark, header, record):
            return []
        self.marks[header.source] = header.sequence
        return [self.open_letters.put(record, reason, header.source, header.sequence)]

    def replay(
        self,
        letter: StoredLetter,
        decode: Callable[[bytes], Any],
        late: Callable[[Any], bool],
        spare: Callable[[], PartitionFold],
    ) -> str | None:
        """Counts what couldn't be counted when its turn came; returns why not, if it still can't.

        Args:
            letter: Wanted; of this partition.
            decode: As for `take`.
            late: Whether an event may be counted after later ones of its key.
            spare: Makes a fold for those: they mustn't mix with what came after them.
        """
        try:
            event = decode(letter.value or b"")
        except Exception as error:  # noqa: BLE001 - whatever a projection's decoder raises
            return f"can't be decoded: {type(error).__name__}"
        if event.sequence > self.marks.get(event.source, NEVER):
            return "its turn in the chain hasn't come"
        overtaken = not self.open_letters.watches(letter.key, letter.id)
        if overtaken and not late(event):
            return "later events with the same key were counted, and their order matters"
        fold = spare() if overtaken else self.fold
        try:
            fold.apply(event)
        except Exception as error:  # noqa: BLE001 - whatever a fold raises
            return f"can't be applied: {type(error).__name__}"
        self.counted += 1
        self.open_letters.replayed(letter.key, letter.id, fold if overtaken else None)
        return None

    def _header(self, record: Record) -> Header | None:
        try:
            return _read_header(record.value or b"")
        except msgspec.DecodeError:
            return None

    def _accept(self, source: str, mark: str, event: Any, record: Record) -> bool:
        """Whether an event whose predecessor wasn't counted may be counted.

        Only as an allowed, stated beginning.
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
            Whether to read the partition again from its start (marks make that harmless), which
            `next` then says already, and the gaps that remained after that.
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
    """When a record's event happened; now, at the latest, where it doesn't say so."""
    try:
        return _read_when(record.value or b"").time
    except msgspec.DecodeError:
        return datetime.now(UTC)
