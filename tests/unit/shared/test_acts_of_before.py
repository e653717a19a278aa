"""Acts at their own time: what an attempt makes of them, one by one and many in one request."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from shared.contract.errors import Category, Refusal
from shared.contract.events.people import PersonVisited
from shared.contract.history import EARLIEST, MomentRefused, check_moment
from shared.contract.ids import made_at, milliseconds, new_id
from shared.delivery.command import Changes, Command, Entity, Found, Key, Occurred, PastAct
from shared.delivery.committer import IdempotencyKey, IdempotencyKeyReused
from shared.delivery.committer.attempt import Attempt
from shared.delivery.committer.entity_cache import EntityCache
from shared.delivery.committer.history import ActOutcome, PastJob, Recorded, RecordedActs
from shared.delivery.committer.idempotency import IdempotencyRecord
from shared.delivery.committer.queue import CommandResult, Job, Queue
from shared.delivery.mongo import document
from tooling.sample_events import sample

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
JANUARY = datetime(2026, 1, 5, 8, 30, 0, 250_000, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
REQUEST = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Lamp(Entity, frozen=True, kw_only=True):
    """Something that is on or off since a moment, and waits for a worker since another."""

    collection: ClassVar[str] = "lamps"
    since: datetime
    waits_since: datetime
    on: bool = True

    @property
    def holds_since(self) -> datetime:
        """Since when it is on, or off."""
        return self.since

    def recorded(self, moment: datetime, at: datetime) -> "Lamp":
        """It waits from now on."""
        assert self.since == moment
        return Lamp(id=self.id, since=self.since, waits_since=at, on=self.on)


class StillDark(Refusal):
    """A refusal of the tests' own."""

    category = Category.CONFLICT
    title = "There is no light"


@dataclass(frozen=True)
class Switch:
    """Turns a lamp on, or off; where it is missing, it comes into being."""

    lamp: str = "a"
    on: bool = True

    def reads(self, found: Found) -> Iterable[Key]:
        return [(Lamp, self.lamp)]

    def decide(self, found: Found, now: datetime) -> Changes:
        lamp = found.get(Lamp, self.lamp)
        if lamp is None and not self.on:
            raise StillDark
        after = Lamp(id=self.lamp, since=now, waits_since=now, on=self.on)
        return Changes(reply=after, put=[after], events=[Occurred(sample(PersonVisited), "ada")])

    def shown_reads(self, found: Found, reply: Any) -> list[Key]:
        return []

    def check_shown(self, found: Found, reply: Any) -> None:
        """Anybody may see it."""


@dataclass(frozen=True)
class Broken(Switch):
    """A bug."""

    def decide(self, found: Found, now: datetime) -> Changes:
        raise KeyError("nobody foresaw it")


@dataclass(frozen=True)
class RestsOn(Switch):
    """Rests on something that no entity says."""

    since: datetime = NOW

    def rests_on(self, found: Found) -> datetime:
        return self.since


@dataclass(frozen=True)
class Follows(Switch):
    """What a worker does because of an earlier act."""

    follows: ClassVar[bool] = True


@dataclass
class Stored:
    """Stands for a transaction: finds what is there."""

    entities: Sequence[Entity] = ()
    found: list[str] = field(default_factory=list)

    async def find(self, collection: str, query: Mapping[str, Any]) -> list[dict[str, Any]]:
        self.found.append(collection)
        wanted = query["_id"]["$in"]
        return [
            document(entity)
            for entity in self.entities
            if entity.collection == collection and entity.id in wanted
        ]


def job(
    command: Command,
    moment: datetime | None = JANUARY,
    *,
    once: IdempotencyKey | None = None,
    recorder: str = "",
) -> Job:
    answer: Any = None  # nobody waits for it
    return Job(command, once, REQUEST, answer, 0.0, moment=moment, recorder=recorder)


def acts(*acts: PastAct, fingerprint: str = "print") -> PastJob:
    return PastJob(
        acts,
        key="key",
        fingerprint=fingerprint,
        traceparent=REQUEST,
        answer=None,  # type: ignore[arg-type]
        expires=0.0,
    )


async def decided(*jobs: Job, stored: Sequence[Entity] = ()) -> Attempt:
    """What becomes of the jobs as of now."""
    attempt = Attempt(jobs, source="/mitmach/posts/1", commit_id=new_id(), cache=EntityCache())
    transaction: Any = Stored(stored)
    await attempt.read(transaction)
    await attempt.decide(transaction, lambda: NOW)
    return attempt


def lamp(since: datetime, *, lamp_id: str = "a") -> Lamp:
    return Lamp(id=lamp_id, since=since, waits_since=since)


def refused_as(outcomes: Any) -> list[str]:
    told = outcomes.outcomes if isinstance(outcomes, Recorded) else outcomes
    return [outcome.refusal for outcome in told]


async def test_an_act_is_decided_as_of_its_moment_and_its_events_say_when_it_was_recorded() -> None:
    attempt = await decided(job(Switch()))
    (verdict,) = attempt.verdicts
    assert isinstance(verdict, CommandResult)
    assert verdict.reply.since == JANUARY
    (event,) = [json.loads(sealed.body) for sealed in attempt.events]
    assert event["time"] == "2026-01-05T08:30:00.250000Z"
    assert event["recordedtime"] == "2026-11-24T09:00:00.000000Z"
    assert (event["id"],) == verdict.event_ids
    assert made_at(event["id"]) >= milliseconds(NOW), "an event's id says when it was recorded"


async def test_what_happens_now_has_one_time() -> None:
    attempt = await decided(job(Switch(), None))
    (event,) = [json.loads(sealed.body) for sealed in attempt.events]
    assert event["time"] == "2026-11-24T09:00:00.000000Z"
    assert "recordedtime" not in event


async def test_what_a_worker_waits_by_is_counted_from_the_recording() -> None:
    attempt = await decided(job(Switch()))
    (stored,) = attempt._final.values()
    assert isinstance(stored, Lamp)
    assert (stored.since, stored.waits_since) == (JANUARY, NOW)


async def test_the_answer_to_a_key_is_kept_from_the_recording_on() -> None:
    once = IdempotencyKey("k", "f", Lamp)
    attempt = await decided(job(Switch(), once=once))
    record = attempt._final[IdempotencyRecord, "k"]
    assert isinstance(record, IdempotencyRecord)
    assert record.at == NOW


@pytest.mark.parametrize(
    ("since", "refused"),
    [(JANUARY - MINUTE, False), (JANUARY, False), (JANUARY + MINUTE, True)],
    ids=["older", "as old", "younger"],
)
async def test_an_act_rests_on_nothing_that_came_after_it(since: datetime, refused: bool) -> None:
    for command, stored in (
        (Switch(), [lamp(since)]),
        (RestsOn(since=since), []),
    ):
        attempt = await decided(job(command), stored=stored)
        (verdict,) = attempt.verdicts
        assert isinstance(verdict, Refusal) == refused
        if refused:
            assert isinstance(verdict, Refusal)
            assert verdict.slug == "recorded-too-late"
            assert verdict.category is Category.CONFLICT
            assert "2026-01-05T08:31:00" in verdict.detail
            assert attempt.events == []


@pytest.mark.parametrize(("recorder", "refused"), [("a", False), ("b", True), ("", True)])
async def test_the_account_of_who_records_for_the_organisation_may_be_younger(
    recorder: str, refused: bool
) -> None:
    act = job(Switch("a"), recorder=recorder)
    attempt = await decided(act, stored=[lamp(NOW)])
    assert isinstance(attempt.verdicts[0], Refusal) == refused
    several = acts(PastAct(Switch("a"), JANUARY, recorder))
    attempt = await decided(several, stored=[lamp(NOW)])
    assert refused_as(attempt.verdicts[0]) == ["recorded-too-late" if refused else ""]


async def test_what_happens_now_is_asked_for_no_order() -> None:
    attempt = await decided(job(Switch(), None), stored=[lamp(NOW + MINUTE)])
    assert isinstance(attempt.verdicts[0], CommandResult)


async def test_what_a_worker_does_because_of_an_act_isnt_stopped_by_what_came_since() -> None:
    attempt = await decided(job(Follows()), stored=[lamp(NOW)])
    assert isinstance(attempt.verdicts[0], CommandResult)
    assert json.loads(attempt.events[0].body)["time"].startswith("2026-01-05")


async def test_acts_are_decided_in_their_order_and_each_as_of_its_moment() -> None:
    moments = [JANUARY + n * MINUTE for n in range(3)]
    attempt = await decided(acts(*(PastAct(Switch(on=n != 1), m) for n, m in enumerate(moments))))
    (recorded,) = attempt.verdicts
    assert isinstance(recorded, Recorded)
    outcomes = recorded.outcomes
    assert refused_as(outcomes) == ["", "", ""]
    times = [json.loads(event.body)["time"] for event in attempt.events]
    assert times == [f"2026-01-05T08:3{n}:00.250000Z" for n in range(3)]
    final = attempt._final[Lamp, "a"]
    assert isinstance(final, Lamp)
    assert (final.since, final.on) == (moments[2], True)
    record = attempt._final[RecordedActs, "key"]
    assert isinstance(record, RecordedActs)
    assert (record.at, record.fingerprint, record.outcomes) == (NOW, "print", tuple(outcomes))


async def test_acts_in_the_wrong_order_are_refused_one_by_one() -> None:
    attempt = await decided(
        acts(
            PastAct(Switch(), JANUARY),
            PastAct(Switch(on=False), JANUARY - MINUTE),
            PastAct(Switch("b"), JANUARY - MINUTE),
        )
    )
    assert refused_as(attempt.verdicts[0]) == ["", "recorded-too-late", ""]
    assert len(attempt.events) == 2


async def test_a_refusal_or_a_bug_of_one_act_leaves_the_others_alone() -> None:
    attempt = await decided(
        acts(
            PastAct(Switch("dark", on=False), JANUARY),
            PastAct(Broken(), JANUARY),
            PastAct(Switch("b"), JANUARY),
        )
    )
    (recorded,) = attempt.verdicts
    assert isinstance(recorded, Recorded)
    outcomes = recorded.outcomes
    assert refused_as(outcomes) == ["still-dark", "internal", ""]
    assert [outcome.category for outcome in outcomes] == ["conflict", "fault", ""]
    assert len(attempt.events) == 1


async def test_the_same_acts_again_have_the_same_outcomes_and_no_effect() -> None:
    outcomes = (ActOutcome(event_ids=("e",)), ActOutcome(refusal="still-dark"))
    before = RecordedActs(id="key", fingerprint="print", outcomes=outcomes, at=NOW)
    again = acts(PastAct(Switch(), JANUARY), PastAct(Switch("dark", on=False), JANUARY))
    attempt = await decided(again, stored=[before])
    assert attempt.verdicts == [Recorded(outcomes, ())]
    assert not attempt.changes_anything()


async def test_other_acts_under_the_same_key_are_refused() -> None:
    before = RecordedActs(id="key", fingerprint="another", outcomes=(), at=NOW)
    attempt = await decided(acts(PastAct(Switch(), JANUARY)), stored=[before])
    assert isinstance(attempt.verdicts[0], IdempotencyKeyReused)
    assert not attempt.changes_anything()


async def test_acts_share_a_transaction_with_what_happens_now() -> None:
    attempt = await decided(
        job(Switch("b"), None), acts(PastAct(Switch(), JANUARY)), job(Switch("c"), None)
    )
    first, outcomes, last = attempt.verdicts
    assert isinstance(first, CommandResult)
    assert isinstance(last, CommandResult)
    assert refused_as(outcomes) == [""]


async def test_acts_of_one_request_are_never_taken_apart() -> None:
    """A batch is halved between its jobs, and all acts of a request are one of them."""
    queue = Queue(10)
    loop = asyncio.get_running_loop()
    several = PastJob(
        [PastAct(Switch(str(n)), JANUARY) for n in range(8)],
        key="key",
        fingerprint="print",
        traceparent=None,
        answer=loop.create_future(),
        expires=loop.time() + 1,
    )
    queue.add(several)
    assert queue.next_batch(set()) == [several]
    assert {key for kind, key in several.keys if kind is Lamp} == {str(n) for n in range(8)}


@pytest.mark.parametrize(
    ("moment", "fine"),
    [
        (EARLIEST - timedelta(microseconds=1), False),
        (EARLIEST, True),
        (NOW, True),
        (NOW + timedelta(microseconds=1), False),
        (datetime.min.replace(tzinfo=UTC), False),
        (datetime.max.replace(tzinfo=UTC), False),
    ],
)
def test_nothing_is_recorded_before_1990_or_ahead(moment: datetime, fine: bool) -> None:
    if fine:
        check_moment(moment, NOW)
    else:
        with pytest.raises(MomentRefused):
            check_moment(moment, NOW)
