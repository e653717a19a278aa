"""Loops that try again: how long they wait, and how much they say."""

import logging
from collections.abc import Iterator

import pytest

from shared.runtime.telemetry import LONGEST_PAUSE, Outage
from shared.runtime.telemetry.logs import RepeatFilter
from shared.runtime.telemetry.outages import MOST_REASONS
from tests.support.log_lines import recorded

log = logging.getLogger("shared.tests.outages")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def lines() -> Iterator[list[logging.LogRecord]]:
    with recorded(log.name) as found:
        yield found


def tried(outage: Outage, clock: Clock, seconds: float, reason: str = "refused") -> int:
    """Fails for some seconds; how often it was tried."""
    until, tries = clock.now + seconds, 0
    while clock.now < until:
        clock.now += outage.failed(reason)
        tries += 1
    return tries


def test_pauses_grow_up_to_the_longest_and_begin_anew_after_a_success() -> None:
    outage = Outage(log, "it fails", first=0.25)
    pauses = [outage.failed("refused") for _ in range(50)]
    assert pauses[0] <= 0.25
    for earlier, later in zip((0.25, 0.5, 1.0), pauses[:3], strict=True):
        assert earlier * 2 / 3 <= later <= earlier
    assert min(pauses[5:]) >= LONGEST_PAUSE * 2 / 3
    assert max(pauses) <= LONGEST_PAUSE
    assert len(set(pauses[5:])) > 1  # by chance, so that processes don't come all at once
    assert outage.failed("refused", progress=True) <= 0.25
    assert 0.25 < outage.failed("refused") <= 0.5
    outage.over()
    assert outage.failed("refused") <= 0.25


def test_an_hour_of_an_outage_is_a_dozen_lines_and_one_at_its_end(
    lines: list[logging.LogRecord],
) -> None:
    clock = Clock()
    outage = Outage(log, "it fails", clock=clock, facts={"part": "relay"})
    assert tried(outage, clock, 60) > 15
    assert len(lines) <= 4  # in the first minute
    tried(outage, clock, 3540)
    assert 8 <= len(lines) <= 14
    outage.over()
    last = vars(lines[-1])
    assert (last["message"], last["part"], last["tries"] > 100) == ("over: it fails", "relay", True)
    assert last["seconds"] == pytest.approx(3600, abs=2 * LONGEST_PAUSE)  # two overshoots
    said = len(lines)
    outage.over()
    assert len(lines) == said


def test_a_new_reason_is_told_at_once_but_not_each_of_many(lines: list[logging.LogRecord]) -> None:
    clock = Clock()
    outage = Outage(log, "it fails", clock=clock)
    for number in range(20):
        outage.failed(f"reason {number}")
    assert [vars(line)["reason"] for line in lines] == [
        f"reason {number}" for number in range(MOST_REASONS)
    ]


def test_what_comes_back_soon_is_told_again(lines: list[logging.LogRecord]) -> None:
    outage = Outage(log, "it fails", clock=Clock())
    for _ in range(3):
        outage.failed("refused")
        outage.over()
    assert len(lines) == 6


def record(name: str, message: str, *values: object) -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "", 1, message, values, None)


def test_a_library_says_the_same_once_a_minute_and_then_less_often() -> None:
    clock = Clock()
    wanted = RepeatFilter(clock)
    passed = 0
    for second in range(3600):
        clock.now = 1000.0 + second
        passed += wanted.filter(record("aiokafka", 'Unable connect to "%s:%s"', "kafka", second))
    assert 5 <= passed <= 10
    assert wanted.filter(record("aiokafka", "something else"))


def test_our_own_loggers_say_what_they_like() -> None:
    wanted = RepeatFilter(Clock())
    assert all(wanted.filter(record("shared.delivery", "the same")) for _ in range(100))
    assert wanted.filter(record("mitmach", "the same"))
