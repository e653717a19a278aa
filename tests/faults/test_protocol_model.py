"""A random walk over the delivery protocol, with the real chain of one partition in its middle.

A relay numbers and sends, the network loses, repeats and delays, the broker loses its log, readers
crash and are replaced while they still believe in themselves. Afterwards everything heals, and each
event must count once. For each safeguard there is a story that ends well with it and in damage
without it: a model that can't fail proves nothing.
"""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from shared.delivery.consumer import chain
from tests.support.counters import Sums
from tests.support.records import Record
from tests.unit.shared.test_chain import SOURCE, value

READERS = st.integers(0, 1)
SOME = st.integers(1, 4)
WALK = settings(
    max_examples=300,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)


class Protocol(RuleBasedStateMachine):
    """One source and one partition.

    Attributes:
        without: The safeguard that is missing.
        chain: The module with the real `Partition`.
    """

    without = ""
    chain: ModuleType = chain

    def __init__(self) -> None:
        super().__init__()
        self.events: list[bytes] = []  # in the order of their numbers
        self.last = 0  # the number of the last of them
        self.sent = 0  # how many the broker has acknowledged
        self.late: list[list[bytes]] = []  # batches that the relay has given up, still on their way
        self.topic: list[bytes] = []
        self.lost = False  # the log, and the relay doesn't know yet
        self.cluster = 0
        self.stored: dict[str, Any] = {
            "offset": 0,
            "mark": {},
            "seen": {},
            "epoch": 0,
            "cluster": 0,
        }
        self.counts: dict[str, int] = {}
        self.readers: list[chain.Partition | None] = [None, None]
        self.now = 0.0

    # --- the relay and the network

    @rule(skipped=st.integers(1, 3))
    def number(self, skipped: int) -> None:
        """The numbers in between went to other partitions."""
        before, self.last = self.last, self.last + skipped
        self.events.append(value(self.last, before, subject=str(self.last)))

    @rule(n=SOME)
    def send(self, n: int) -> None:
        self.topic += self.events[self.sent : self.sent + n]
        self.sent = min(self.sent + n, len(self.events))

    @rule(n=SOME)
    def send_and_lose_the_answer(self, n: int) -> None:
        self.topic += self.events[self.sent : self.sent + n]

    @rule(n=SOME)
    def send_and_give_up(self, n: int) -> None:
        self.late.append(self.events[self.sent : self.sent + n])
        if self.without == "one batch at a time":
            self.sent = min(self.sent + n, len(self.events))

    @precondition(lambda self: self.late)
    @rule(data=st.data(), arrives=st.booleans())
    def late_batch(self, data: Any, arrives: bool) -> None:
        batch = self.late.pop(data.draw(st.integers(0, len(self.late) - 1)))
        self.topic += batch if arrives else []

    @rule(data=st.data())
    def another_relay_starts_at_an_older_mark(self, data: Any) -> None:
        self.sent = data.draw(st.integers(0, self.sent))

    @precondition(lambda self: self.topic)
    @rule()
    def the_broker_loses_its_log(self) -> None:
        self.topic, self.lost = [], True
        self.cluster += 1

    @rule()
    def the_relay_notices(self) -> None:
        """By the id of the cluster.

        Offsets alone say too little: what arrived without an answer can fill a new log up to where
        the old one ended.
        """
        by_offsets = self.without == "the relay's cluster"
        if len(self.topic) < self.sent if by_offsets else self.lost:
            self.lost = False
            self.sent = self.sent if self.without == "sending again" else 0

    # --- the readers

    @rule(who=READERS)
    def assign(self, who: int) -> None:
        """The one before isn't told."""
        self.stored["epoch"] += 1
        if self.stored["cluster"] != self.cluster and self.without != "the reader's cluster":
            self.stored["cluster"], self.stored["offset"] = self.cluster, 0
        self.readers[who] = self.chain.Partition(
            "t/0",
            epoch=self.stored["epoch"],
            offset=self.stored["offset"],
            marks=dict(self.stored["mark"]),
            seen=dict(self.stored["seen"]),
            fold=Sums("t").fold("t/0"),
        )

    @rule(who=READERS, n=SOME)
    def fetch(self, who: int, n: int) -> None:
        if (reader := self.readers[who]) is None:
            return
        if reader.next > len(self.topic):
            reader.next = 0
        values = self.topic[reader.next : reader.next + n]
        records = [Record(reader.next + i, one) for i, one in enumerate(values)]
        assert reader.fold_in(records, Sums("t").decode) == []

    @rule(who=READERS)
    def flush(self, who: int) -> None:
        if (reader := self.readers[who]) is None:
            return
        if reader.epoch != self.stored["epoch"] and self.without != "epoch":
            self.readers[who] = None
            return
        for subject, n in reader.fold.take().items():
            self.counts[subject] = self.counts.get(subject, 0) + n
        self.stored["offset"] = reader.next
        if self.without != "marks with the state":
            self.stored["mark"], self.stored["seen"] = dict(reader.marks), dict(reader.seen)

    @rule(who=READERS)
    def crash(self, who: int) -> None:
        self.readers[who] = None

    @rule(who=READERS, pause=st.sampled_from([0.1, chain.PATIENCE + 0.1]))
    def look_for_gaps(self, who: int, pause: float) -> None:
        self.now += pause
        if (reader := self.readers[who]) is not None:
            again, _ = reader.check(self.now)
            reader.next = 0 if again else reader.next

    # --- afterwards

    def teardown(self) -> None:
        """Everything heals: then each event counts once, and nothing is called missing."""
        self.flush(0)
        self.flush(1)
        self.the_relay_notices()
        self.send(len(self.events) + 1)
        self.assign(0)
        reader = self.readers[0]
        assert reader is not None
        for _ in range(4):
            self.fetch(0, len(self.topic) + 1)
            self.look_for_gaps(0, chain.PATIENCE + 0.1)
        self.flush(0)
        numbers = {str(int(one.split(b'"sequence": "')[1][:20])) for one in self.events}
        assert self.counts == dict.fromkeys(numbers, 1)
        assert reader.check(self.now + 100)[1] == []
        assert reader.marks.get(SOURCE, chain.NEVER) == f"{self.last:020d}"


def test_each_event_counts_once_whatever_happens() -> None:
    run_state_machine_as_test(Protocol, settings=WALK)


# --- stories


def an_answer_is_lost(walk: Protocol) -> None:
    walk.number(1)
    walk.send_and_lose_the_answer(1)
    walk.send(1)


def a_batch_is_lost(walk: Protocol) -> None:
    walk.number(1)
    walk.number(1)
    walk.send_and_give_up(1)
    walk.send(1)
    walk.late.clear()


def a_log_is_lost(walk: Protocol) -> None:
    walk.number(1)
    walk.send(1)
    walk.the_broker_loses_its_log()


def a_log_is_lost_after_it_was_read(walk: Protocol) -> None:
    walk.number(1)
    walk.send(1)
    walk.assign(0)
    walk.fetch(0, 1)
    walk.flush(0)
    walk.the_broker_loses_its_log()


def a_lost_log_fills_up_unnoticed(walk: Protocol) -> None:
    a_log_is_lost(walk)
    walk.number(1)
    walk.send_and_lose_the_answer(1)


def a_new_log_begins_in_the_middle(walk: Protocol) -> None:
    a_log_is_lost(walk)
    walk.number(1)
    walk.send(1)
    walk.assign(0)
    walk.fetch(0, 1)


def a_new_log_is_as_long_as_the_old_was_read(walk: Protocol) -> None:
    an_answer_is_lost(walk)
    walk.assign(0)
    walk.fetch(0, 2)
    walk.flush(0)
    walk.number(1)
    walk.the_broker_loses_its_log()
    walk.the_relay_notices()
    walk.send(2)


def a_reader_is_replaced_and_goes_on(walk: Protocol) -> None:
    walk.number(1)
    walk.send(1)
    for who in (0, 1):
        walk.assign(who)
        walk.fetch(who, 1)
    walk.flush(1)


STORIES = {
    "one batch at a time": a_batch_is_lost,
    "sending again": a_log_is_lost,
    "the relay's cluster": a_lost_log_fills_up_unnoticed,
    "the reader's cluster": a_new_log_is_as_long_as_the_old_was_read,
    "epoch": a_reader_is_replaced_and_goes_on,
    "marks with the state": a_log_is_lost_after_it_was_read,
}
LINES = {
    "if sequence <= mark:|if False:": an_answer_is_lost,
    "marks[source] = mark = sequence\n|mark = sequence\n": a_log_is_lost_after_it_was_read,
    "if event.predecessor > mark and|if False and": a_new_log_begins_in_the_middle,
}


@pytest.mark.parametrize("story", {**STORIES, **LINES}.values(), ids=lambda one: one.__name__)
def test_a_story_ends_well(story: Callable[[Protocol], None]) -> None:
    walk = Protocol()
    story(walk)
    walk.teardown()


@pytest.mark.parametrize(("safeguard", "story"), STORIES.items())
def test_without_its_safeguard_it_ends_in_damage(
    safeguard: str, story: Callable[[Protocol], None]
) -> None:
    walk = Protocol()
    walk.without = safeguard
    story(walk)
    with pytest.raises(AssertionError):
        walk.teardown()


@pytest.mark.parametrize(("change", "story"), LINES.items())
def test_without_a_line_of_the_real_chain_it_ends_in_damage(
    change: str, story: Callable[[Protocol], None]
) -> None:
    walk = Protocol()
    walk.chain = mutated(*change.split("|"))
    story(walk)
    with pytest.raises(AssertionError):
        walk.teardown()


def mutated(old: str, new: str) -> ModuleType:
    """The chain with one line changed."""
    source = inspect.getsource(chain)
    assert source.count(old) == 1, f"the mutant fits no more: {old}"
    module = ModuleType("mutant")
    exec(source.replace(old, new), module.__dict__)
    return module
