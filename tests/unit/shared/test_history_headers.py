"""The headers of acts at their own time, and the route that takes many of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from fastapi import APIRouter, FastAPI
from starlette.datastructures import State

from shared.contract.aliases import VIEW, Aliases
from shared.contract.errors import Refusal
from shared.contract.ids import made_at, milliseconds, new_id
from shared.contract.principal import Identity, Principal, Standing
from shared.delivery.command import Found, PastAct
from shared.delivery.committer import ActOutcome
from shared.delivery.committer.history import Recorded
from shared.web.http import RateLimiter, create_app
from shared.web.http.context.history import HistoryClosed
from shared.web.http.problems import InputInvalid
from shared.web.http.routing.history import (
    AskedAct,
    MadeOnce,
    PastActIn,
    RecordedBefore,
    add_history_route,
)
from shared.web.identity import Everybody
from tests.support.identity import token_of
from tests.support.web import (
    NOTE_ID,
    Executed,
    Note,
    Recorder,
    Star,
    WriteNote,
    client_of,
    make_web_context,
    notes_app,
)

JANUARY = "2026-01-05T08:30:00.250Z"
MOMENT = datetime(2026, 1, 5, 8, 30, 0, 250_000, tzinfo=UTC)
ANNA = "5f0c1c1e-8a52-4a6b-9d0e-3b1f6a5c1e2b"
IMPORTER = token_of("clerk", ["importer"])
NOTE = {"text": "Lunch at noon?"}
STAR = f"/v1/notes/{NOTE_ID}/star"


class Known(Everybody):
    """Anna is active, Ben is suspended, and nobody knows anybody else."""

    async def standings(self, people: Collection[str]) -> Mapping[str, Identity]:
        known = {ANNA: Standing.ACTIVE, "ben": Standing.SUSPENDED}
        return {who: Identity(who, known[who]) for who in people if who in known}


@dataclass
class Asked:
    """How a request was answered, and what it became."""

    status: int
    slug: str
    errors: list[str]
    executed: list[Executed]
    headers: Mapping[str, str]


async def ask(
    headers: Mapping[str, str],
    *,
    token: str = IMPORTER,
    history: bool = True,
    method: str = "PUT",
    path: str = STAR,
    body: Any = None,
    person: RateLimiter | None = None,
) -> Asked:
    recorder = Recorder()
    web = make_web_context(recorder, people=Known(), person=person)
    web.history = history
    content = {"kind": "gold"} if body is None else body
    async with client_of(notes_app(web), token) as client:
        sent: dict[str, Any] = {} if method == "GET" else {"json": content}
        answer = await client.request(method, path, headers=dict(headers), **sent)
    told = answer.json()
    return Asked(
        answer.status_code,
        str(told.get("type", "")).rpartition(":")[2],
        [
            error["pointer"] if "pointer" in error else str(error)
            for error in told.get("errors", [])
        ],
        recorder.asked,
        answer.headers,
    )


def acted(asked: Asked) -> tuple[datetime | None, str, frozenset[str]]:
    """When, who and as what."""
    (executed,) = asked.executed
    assert isinstance(executed.command, WriteNote)
    principal = executed.command.principal
    assert principal is not None
    return executed.moment, principal.person_id, principal.roles


async def test_an_act_is_theirs_at_its_moment_with_the_roles_that_they_had() -> None:
    asked = await ask(
        {"Occurred-At": JANUARY, "Act-As": ANNA.upper(), "Act-As-Roles": "editor, admin"}
    )
    assert asked.status == 200
    assert acted(asked) == (MOMENT, ANNA, frozenset({"editor", "admin"}))


async def test_without_somebody_else_it_is_the_recorders_and_without_the_roles_of_their_token() -> (
    None
):
    asked = await ask({"Occurred-At": JANUARY})
    assert acted(asked) == (MOMENT, "clerk", frozenset())


@pytest.mark.parametrize("path", ["/v1/notes"])
async def test_a_moment_with_another_offset_is_the_same_moment(path: str) -> None:
    asked = await ask(
        {"Occurred-At": "2026-01-05T09:30:00.25+01:00"}, method="POST", path=path, body=NOTE
    )
    assert asked.executed[0].moment == MOMENT


@pytest.mark.parametrize(
    ("headers", "recorder"),
    [
        ({"Act-As-Roles": "admin"}, "clerk"),
        ({}, ""),
        ({"Act-As": ANNA, "Act-As-Roles": "admin"}, ""),
    ],
    ids=["for the organisation", "without a role", "for somebody"],
)
async def test_the_recorders_own_account_counts_where_they_act_for_the_organisation(
    headers: Mapping[str, str], recorder: str
) -> None:
    asked = await ask({"Occurred-At": JANUARY, **headers})
    assert asked.executed[0].recorder == recorder
    acts = ActsRecorder()
    roles = headers.get("Act-As-Roles", "").split()
    await record(act(act_as=headers.get("Act-As"), roles=roles), recorder=acts)
    assert [one.recorder for one in acts.acts] == [recorder]


async def test_without_headers_the_role_changes_nothing() -> None:
    asked = await ask({})
    assert acted(asked)[0] is None
    assert acted(asked)[1] == "clerk"


@pytest.mark.parametrize(
    ("headers", "where"),
    [
        ({"Occurred-At": "yesterday"}, "Occurred-At"),
        ({"Occurred-At": "2026-01-05"}, "Occurred-At"),
        ({"Occurred-At": "2026-01-05T08:30:00"}, "Occurred-At"),
        ({"Occurred-At": "2026-13-05T08:30:00Z"}, "Occurred-At"),
        ({"Occurred-At": ""}, "Occurred-At"),
        ({"Act-As": ANNA}, "Occurred-At"),
        ({"Act-As-Roles": "editor"}, "Occurred-At"),
        ({"Occurred-At": JANUARY, "Act-As-Roles": "importer"}, "Act-As-Roles"),
        ({"Occurred-At": JANUARY, "Act-As-Roles": "king"}, "Act-As-Roles"),
    ],
)
async def test_what_cant_be_read_names_its_header(headers: Mapping[str, str], where: str) -> None:
    asked = await ask(headers)
    assert (asked.status, asked.slug) == (422, "input-invalid")
    assert where in str(asked.errors)
    assert asked.executed == []


@pytest.mark.parametrize(
    "moment",
    [
        "1989-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2999-01-01T00:00:00Z",
    ],
)
async def test_a_moment_out_of_reach_is_refused(moment: str) -> None:
    asked = await ask({"Occurred-At": moment})
    assert (asked.status, asked.slug) == (422, "moment-refused")
    assert asked.executed == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_nothing_is_read_at_another_time(method: str) -> None:
    web = make_web_context(people=Known())
    web.history = True
    async with client_of(notes_app(web), IMPORTER) as client:
        answer = await client.request(method, "/v1/notes", headers={"Occurred-At": JANUARY})
    assert answer.status_code == 422


async def test_a_method_that_nothing_has_is_told_to_be_one() -> None:
    asked = await ask({"Occurred-At": JANUARY}, method="TRACE")
    assert asked.status == 405


@pytest.mark.parametrize(
    ("token", "history", "slug"),
    [
        (token_of("anna"), True, "not-allowed"),
        (token_of("boss", ["admin"]), True, "not-allowed"),
        (IMPORTER, False, "history-closed"),
    ],
    ids=["somebody", "an administrator", "the setting is off"],
)
@pytest.mark.parametrize("header", ["Occurred-At", "Act-As", "Act-As-Roles"])
async def test_nobody_else_records_anything(
    token: str, history: bool, slug: str, header: str
) -> None:
    value = {"Occurred-At": JANUARY, "Act-As": ANNA, "Act-As-Roles": "editor"}[header]
    asked = await ask({header: value}, token=token, history=history)
    assert (asked.status, asked.slug) == (403, slug)
    assert asked.executed == []


async def test_nobody_acts_whom_nobody_knows() -> None:
    asked = await ask({"Occurred-At": JANUARY, "Act-As": new_id()})
    assert (asked.status, asked.slug) == (403, "person-not-active")
    assert asked.executed == []


async def test_the_same_key_at_another_moment_is_another_request() -> None:
    def key(asked: Asked) -> tuple[str, str]:
        once = asked.executed[0].once
        assert once is not None
        return once.key, once.fingerprint

    async def with_key(headers: Mapping[str, str]) -> tuple[str, str]:
        asked = await ask(
            {**headers, "Idempotency-Key": "k"}, method="POST", path="/v1/notes", body=NOTE
        )
        return key(asked)

    now, january = await with_key({}), await with_key({"Occurred-At": JANUARY})
    assert now[0] != january[0]
    assert january == await with_key({"Occurred-At": "2026-01-05T09:30:00.25+01:00"})
    later = await with_key({"Occurred-At": "2026-01-05T08:31:00Z"})
    assert (later[0], later[1] != january[1]) == (january[0], True)


async def test_rates_dont_hold_for_who_records() -> None:
    limiter = RateLimiter(rate=0.001, burst=1)
    for history, codes in ((True, [200, 200]), (False, [200, 429])):
        limiter = RateLimiter(rate=0.001, burst=1)
        got = [(await ask({}, history=history, person=limiter)).status for _ in range(2)]
        assert got == codes


# Many at once


@dataclass
class ActsRecorder(Recorder):
    """Stands for the committer: decides each act on nothing."""

    acts: list[PastAct] = field(default_factory=list)
    keys: list[tuple[str, str]] = field(default_factory=list)

    async def record(
        self, acts: Sequence[PastAct], *, key: str, fingerprint: str, traceparent: str | None = None
    ) -> Recorded:
        """Like `Committer.record`."""
        del traceparent
        self.acts += acts
        self.keys.append((key, fingerprint))
        return Recorded([self._outcome(act) for act in acts], ())

    def _outcome(self, act: PastAct) -> ActOutcome:
        try:
            act.command.decide(Found(), act.moment)
        except Refusal as refusal:
            return ActOutcome(
                refusal=refusal.slug, category=refusal.category.value, detail=refusal.detail
            )
        return ActOutcome(event_ids=("e",))


def history_app(recorder: ActsRecorder) -> FastAPI:
    router = APIRouter(prefix="/v1")

    def star(asked: AskedAct) -> WriteNote:
        return WriteNote(f"{asked.target} {asked.read(Star).kind}", asked.principal)

    def note(asked: AskedAct) -> MadeOnce:
        return MadeOnce(WriteNote(asked.id, asked.principal), Note, asked.id)

    add_history_route(router, "notes", {"star_note": star, "write_note": note})
    web = make_web_context(recorder, people=Known())
    web.history = True
    return create_app(web, router, title="notes")


def act(**more: Any) -> dict[str, Any]:
    return {
        "act": "star_note",
        "occurred_at": JANUARY,
        "act_as": ANNA,
        "target": NOTE_ID,
        "body": {"kind": "gold"},
    } | more


async def record(
    *acts: Mapping[str, Any], recorder: ActsRecorder | None = None, key: str = "k"
) -> tuple[int, Any]:
    app = history_app(recorder or ActsRecorder())
    async with client_of(app, IMPORTER) as client:
        headers = {"Idempotency-Key": key} if key else {}
        answer = await client.post("/v1/history/notes", json={"acts": acts}, headers=headers)
    return answer.status_code, answer.json()


def carrying(moment: datetime) -> str:
    return new_id(unix_ms=milliseconds(moment))


async def test_each_act_is_told_what_became_of_it() -> None:
    recorder = ActsRecorder()
    made = carrying(MOMENT)
    status, told = await record(
        act(), act(act="write_note", id=made, roles=["editor"]), recorder=recorder
    )
    assert status == 200
    assert told == {
        "items": [{"event_ids": ["e"], "problem": None, "status": None, "detail": None}] * 2
    }
    first, second = recorder.acts
    assert first.moment == second.moment == MOMENT
    assert isinstance(first.command, WriteNote)
    assert first.command.text == f"{NOTE_ID} gold"
    assert isinstance(second.command, MadeOnce)
    assert isinstance(second.command.command, WriteNote)
    assert second.command.command.principal is not None
    assert second.command.command.principal.roles == {"editor"}


@pytest.mark.parametrize(
    ("wrong", "status", "slug"),
    [
        ({"act": "dance"}, 422, "input-invalid"),
        ({"target": None}, 422, "input-invalid"),
        ({"body": {"kind": "bronze"}}, 422, "input-invalid"),
        ({"body": {"kind": "gold", "more": 1}}, 422, "input-invalid"),
        ({"body": {}}, 422, "input-invalid"),
        ({"roles": ["importer"]}, 422, "input-invalid"),
        ({"occurred_at": "1989-12-31T23:59:59Z"}, 422, "moment-refused"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, 422, "moment-refused"),
        ({"occurred_at": "9999-12-31T23:59:59-14:00"}, 422, "moment-refused"),
        ({"act_as": new_id()}, 403, "person-not-active"),
        ({"act": "write_note"}, 422, "input-invalid"),
        ({"act": "write_note", "id": new_id(unix_ms=7)}, 422, "input-invalid"),
        ({"act": "write_note", "id": ANNA}, 422, "input-invalid"),
    ],
)
async def test_what_cant_be_read_of_one_act_is_its_outcome_alone(
    wrong: Mapping[str, Any], status: int, slug: str
) -> None:
    answered, told = await record(act(), act(**wrong), act())
    assert answered == 200
    problems = [(item["status"], item["problem"]) for item in told["items"]]
    assert problems == [(None, None), (status, f"urn:mitmach:problem:{slug}"), (None, None)]


@pytest.mark.parametrize(
    "acts", [[], [act()] * 257, [act(occurred_at="2026-01-05T08:30:00")], [act(more=1)]]
)
async def test_what_is_no_list_of_acts_is_refused_whole(acts: list[Any]) -> None:
    recorder = ActsRecorder()
    status, _ = await record(*acts, recorder=recorder)
    assert status == 422
    assert recorder.acts == []


async def test_many_acts_need_a_key() -> None:
    status, told = await record(act(), key="")
    assert status == 422
    assert "Idempotency-Key" in str(told["errors"])


async def test_other_acts_or_another_key_are_told_apart() -> None:
    recorder = ActsRecorder()
    for key, body in (("k", act()), ("k", act()), ("k", act(target=ANNA)), ("l", act())):
        await record(body, recorder=recorder, key=key)
    same, again, other, new = recorder.keys
    assert same == again
    assert (other[0], other[1] != same[1]) == (same[0], True)
    assert new[0] != same[0]


@pytest.mark.parametrize(
    ("person", "fine"),
    [(ANNA, True), (ANNA.upper(), True), (new_id(), False), (None, False)],
    ids=["version 4", "capitals", "version 7", "missing"],
)
def test_people_have_ids_of_which_aliases_can_be_made(person: str | None, fine: bool) -> None:
    asked = AskedAct(
        principal=Principal("clerk", frozenset(), Standing.ACTIVE),
        moment=MOMENT,
        state=State(),
        act=PastActIn(act="create_person", occurred_at=MOMENT, id=person),
    )
    if fine:
        aliases = Aliases(b"a key for tests only")
        assert aliases.person(aliases.of(VIEW, asked.person_id)) == ANNA
    else:
        with pytest.raises(InputInvalid):
            _ = asked.person_id


def test_what_is_there_already_isnt_made_again() -> None:
    made = MadeOnce(WriteNote("a"), Note, NOTE_ID)
    found = Found()
    found.put((Note, NOTE_ID), None)
    made.decide(found, MOMENT)
    found.put((Note, NOTE_ID), Note(id=NOTE_ID))
    with pytest.raises(RecordedBefore):
        made.decide(found, MOMENT)
    assert (Note, NOTE_ID) in list(made.reads(Found()))


def test_an_id_carries_its_moment() -> None:
    assert made_at(carrying(MOMENT)) == milliseconds(MOMENT)
    random = "0123456789abcdef0123"
    assert new_id(unix_ms=5, random=random) == new_id(unix_ms=5, random=random)


def test_a_closed_history_says_who_can_open_it() -> None:
    assert "MITMACH_HISTORY" in HistoryClosed().detail
    assert msgspec.json.encode(HistoryClosed.slug) == b'"history-closed"'
