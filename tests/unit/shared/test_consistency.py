"""Consistency-Token, as the web layer gives and takes it."""

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest

from shared.contract.events.topics import GROUPS, POSTS
from shared.contract.ids import new_id
from shared.contract.principal import Claims, Identity, Principal, Standing, principal_of
from shared.delivery.consistency import Copies, NotCaughtUp, consistency_token, read_tokens
from shared.delivery.consistency.token import ConsistencyToken
from shared.web.http import RateLimiter
from shared.web.identity import Everybody
from tests.support.identity import token_of
from tests.support.web import NOTE_ID, Recorder, client_of, make_web_context, notes_app

NOTE = f"/v1/notes/{NOTE_ID}"
STAR = f"{NOTE}/star"
WRITTEN = consistency_token([new_id()], [(GROUPS, "g")])
BROUGHT = {"consistency-token": WRITTEN.decode()}


class ToldCopies:
    """ToldCopies that are as far as a test says.

    Attributes:
        behind: Whether whoever waits waits in vain.
        heard: Set when they are as far; who waits goes on then.
        asked: What was waited for.
        waiting: How many wait now.
    """

    def __init__(self, *, behind: bool = False) -> None:
        self.behind = behind
        self.heard = asyncio.Event()
        self.asked: list[ConsistencyToken] = []
        self.waiting = 0

    async def wait(self, tokens: Sequence[ConsistencyToken]) -> float:
        """As `Copies.wait`."""
        self.asked += tokens
        if self.behind:
            raise NotCaughtUp
        self.waiting += 1
        try:
            await self.heard.wait()
        finally:
            self.waiting -= 1
        return 7.0


class Remembering(Everybody):
    """Knows somebody as unknown until it is told to forget that.

    Attributes:
        forgot: Since when more is known, as it was told.
    """

    def __init__(self) -> None:
        self.forgot: list[float] = []

    def recall(self, claims: Claims) -> Principal:
        """The caller, as they were known before or are known now."""
        standing = Standing.ACTIVE if self.forgot else Standing.UNKNOWN
        return principal_of(claims, Identity(claims.subject, standing))

    def forget(self, claims: Claims, since: float) -> None:
        """Reads them anew from now on."""
        del claims
        self.forgot.append(since)


def heard(*, behind: bool = False) -> ToldCopies:
    copies = ToldCopies(behind=behind)
    copies.heard.set()
    return copies


@pytest.mark.parametrize("replayed", [False, True])
@pytest.mark.parametrize("path", ["/v1/notes", f"{NOTE}/stickers"])
async def test_what_an_answer_acknowledges_is_in_its_token(path: str, *, replayed: bool) -> None:
    event_id = new_id()
    recorder = Recorder(event_ids=(event_id,), places=((GROUPS, "g"),), replayed=replayed)
    body = {"text": "a"} if path == "/v1/notes" else {"kind": "gold"}
    async with client_of(notes_app(make_web_context(recorder)), token_of("anna")) as client:
        answer = await client.post(path, json=body)
    assert answer.status_code == 201
    assert answer.headers["event-ids"] == event_id
    expected = consistency_token([event_id], [(GROUPS, "g")])
    assert answer.headers["consistency-token"].encode() == expected


async def test_where_nothing_happened_there_is_no_token() -> None:
    async with client_of(notes_app(make_web_context()), token_of("anna")) as client:
        for answer in (
            await client.put(STAR, json={"kind": "gold"}),
            await client.post("/v1/notes", json={"text": "a"}),
            await client.get("/v1/notes"),
        ):
            assert "consistency-token" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_a_request_waits_before_its_route_runs(method: str) -> None:
    copies, recorder = ToldCopies(), Recorder()
    web = make_web_context(recorder, copies=cast(Copies, copies))
    body = None if method == "GET" else {"kind": "gold"}
    async with client_of(notes_app(web), token_of("anna")) as client:
        asked = asyncio.create_task(
            client.request(method, NOTE if method == "GET" else STAR, headers=BROUGHT, json=body)
        )
        async with asyncio.timeout(5):
            while not copies.waiting:
                await asyncio.sleep(0)
        assert not recorder.asked
        assert not asked.done()
        copies.heard.set()
        assert (await asked).status_code == 200
    assert copies.asked == read_tokens(WRITTEN)


async def test_without_a_token_nothing_is_asked() -> None:
    copies = ToldCopies(behind=True)
    web = make_web_context(copies=cast(Copies, copies))
    async with client_of(notes_app(web), token_of("anna")) as client:
        assert (await client.put(STAR, json={"kind": "gold"})).status_code == 200
    assert copies.asked == []


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_what_isnt_heard_in_time_is_a_503_to_be_repeated(method: str) -> None:
    recorder, copies = Recorder(), heard(behind=True)
    web = make_web_context(recorder, copies=cast(Copies, copies))
    body = None if method == "GET" else {"kind": "gold"}
    async with client_of(notes_app(web), token_of("anna")) as client:
        path = NOTE if method == "GET" else STAR
        answer = await client.request(method, path, headers=BROUGHT, json=body)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["type"] == "urn:mitmach:problem:not-caught-up"
    assert recorder.asked == []


async def test_whoever_waited_is_looked_up_anew() -> None:
    """They may just have become active: what was known of them must not be a wrong no."""
    people = Remembering()
    web = make_web_context(people=people, copies=cast(Copies, heard()))
    async with client_of(notes_app(web), token_of("anna")) as client:
        refused = await client.get(NOTE)
        assert (refused.status_code, people.forgot) == (403, [])
        assert (await client.get(NOTE, headers=BROUGHT)).status_code == 200
    assert people.forgot == [7.0]


@pytest.mark.parametrize("authorization", [None, "Bearer forged.token.here"])
async def test_no_stranger_makes_the_process_wait(authorization: str | None) -> None:
    copies = ToldCopies()
    headers = BROUGHT if authorization is None else BROUGHT | {"authorization": authorization}
    web = make_web_context(copies=cast(Copies, copies))
    async with client_of(notes_app(web)) as client:
        assert (await client.get(NOTE, headers=headers)).status_code == 401
    assert copies.asked == []


async def test_who_waits_is_one_of_their_requests_in_flight_and_of_their_rate() -> None:
    copies = ToldCopies()
    person = RateLimiter(rate=0.001, burst=2)
    web = make_web_context(person_in_flight=1, person=person, copies=cast(Copies, copies))
    async with client_of(notes_app(web), token_of("anna")) as client:
        waiting = asyncio.create_task(client.get(NOTE, headers=BROUGHT))
        async with asyncio.timeout(5):
            while not copies.waiting:
                await asyncio.sleep(0)
        second = await client.get(NOTE)
        assert second.json()["type"].endswith("too-many-requests-at-once")
        copies.heard.set()
        assert (await waiting).status_code == 200
        assert (
            (await client.get(NOTE, headers=BROUGHT)).json()["type"].endswith("too-many-requests")
        )
    assert len(copies.asked) == 1


@pytest.mark.parametrize("sent", ["nonsense", "a b", ",".join([WRITTEN.decode()] * 9)])
async def test_what_is_no_token_is_refused_by_its_name(sent: str) -> None:
    copies = heard()
    web = make_web_context(copies=cast(Copies, copies))
    async with client_of(notes_app(web), token_of("anna")) as client:
        answer = await client.get(NOTE, headers={"consistency-token": sent})
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:mitmach:problem:input-invalid"
        assert [error["field"] for error in answer.json()["errors"]] == ["Consistency-Token"]
    assert copies.asked == []


async def test_tokens_in_two_lines_are_one_list() -> None:
    copies = heard()
    web = make_web_context(copies=cast(Copies, copies))
    lines = [("consistency-token", WRITTEN.decode())] * 2
    async with client_of(notes_app(web), token_of("anna")) as client:
        assert (await client.get(NOTE, headers=lines)).status_code == 200
    assert len(copies.asked) == 2


@pytest.mark.parametrize("path", ["/v1/notes", f"{NOTE}/stickers"])
async def test_the_last_token_says_what_those_before_it_said(path: str) -> None:
    """Whoever visits, joins and posts brings one token: that of the last answer."""
    event_id = new_id()
    recorder = Recorder(event_ids=(event_id,), places=((POSTS, "p"),))
    web = make_web_context(recorder, copies=cast(Copies, heard()))
    body = {"text": "a"} if path == "/v1/notes" else {"kind": "gold"}
    async with client_of(notes_app(web), token_of("anna")) as client:
        answer = await client.post(path, json=body, headers=BROUGHT)
    (last,) = read_tokens(answer.headers["consistency-token"].encode())
    (before,) = read_tokens(WRITTEN)
    (new,) = read_tokens(consistency_token([event_id], [(POSTS, "p")]))
    assert last == {**before, **new}
