"""Before any route: who asks, how often, how much, and whether there is room."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.contract.principal import Claims, Identity, Principal, Standing, principal_of
from shared.web.http import RateLimiter
from shared.web.identity import Everybody
from tests.support.identity import token_of
from tests.support.web import NOTE_ID, Recorder, WriteNote, client_of, make_web_context, notes_app
from tests.unit.shared.tokens import claims, signed

STAR = f"/v1/notes/{NOTE_ID}/star"
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/notes"), ("PUT", STAR), ("GET", "/v1/x")]
)
async def test_nobody_gets_in_without_a_token(method: str, path: str) -> None:
    async with client_of(notes_app(make_web_context())) as client:
        answer = await client.request(method, path)
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:mitmach:problem:token-missing"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("value", ["Basic YTpi", "Bearer", "Bearer ", "bearer", "Token x", "é"])
async def test_another_authorization_is_no_token(value: str) -> None:
    async with client_of(notes_app(make_web_context())) as client:
        answer = await client.get("/v1/notes", headers={b"authorization": value.encode()})
    assert answer.status_code == 401


async def test_a_bad_token_is_named_and_its_body_never_read() -> None:
    async with client_of(notes_app(make_web_context()), token_of("anna", lifetime=-600)) as client:
        answer = await client.post("/v1/notes", content=b"{", headers=JSON)
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:mitmach:problem:token-expired"
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_health_and_documentation_need_no_token() -> None:
    async with client_of(notes_app(make_web_context())) as client:
        for path in ("/health/live", "/health/ready", "/metrics", "/docs", "/openapi.json"):
            assert (await client.get(path)).status_code == 200, path


class Somebody(Everybody):
    """A directory in which everybody stands alike, as long as the test wants it."""

    standing = Standing.ACTIVE

    def recall(self, claims: Claims) -> Principal:
        """The caller, as everybody stands now."""
        return principal_of(claims, Identity(claims.subject, self.standing))


@pytest.mark.parametrize("slow", [True, False])
@pytest.mark.parametrize(
    ("standing", "problem"),
    [
        (Standing.ERASED, "person-was-erased"),
        (Standing.LEFT, "person-has-left"),
        (Standing.UNKNOWN, "person-not-active"),
        (Standing.SUSPENDED, None),
    ],
)
async def test_whoever_takes_time_to_send_is_asked_again_who_they_are(
    standing: Standing, problem: str | None, *, slow: bool
) -> None:
    people, recorder = Somebody(), Recorder()

    async def body() -> AsyncIterator[bytes]:
        yield b'{"kind": '
        if slow:
            await asyncio.sleep(0.15)
            people.standing = standing
        yield b'"gold"}'

    app = notes_app(make_web_context(recorder, people=people))
    async with client_of(app, token_of("anna", ["admin"])) as client:
        answer = await client.put(STAR, content=body(), headers=JSON)
        after = await client.get("/v1/notes")
    if not slow or problem is None:
        assert answer.status_code == 200
        (executed,) = recorder.asked
        assert isinstance(executed.command, WriteNote)
        principal = executed.command.principal
        assert principal is not None
        assert principal.standing is (standing if slow else Standing.ACTIVE)
        assert principal.roles == (frozenset() if slow else {"admin"})
        return
    assert (answer.status_code, after.status_code) == (403, 403)
    assert answer.json()["type"] == f"urn:mitmach:problem:{problem}"
    assert recorder.asked == []


async def pieces(size: int) -> AsyncIterator[bytes]:
    yield b'{"text": "'
    for _ in range(size // 1024):
        yield b"x" * 1024
    yield b'"}'


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/notes"), ("PUT", STAR)])
@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_above_the_limit_is_refused_announced_or_not(
    method: str, path: str, announced: bool
) -> None:
    content: Any = b"x" * 5000 if announced else pieces(5000)
    async with client_of(notes_app(make_web_context(body=4096)), token_of("anna")) as client:
        answer = await client.request(method, path, content=content, headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:mitmach:problem:body-too-large"


async def test_a_body_at_the_limit_is_taken_in_one_piece_or_many() -> None:
    body = b'{"kind": "gold", "count": 1' + b" " * 4069 + b"}"

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 100):
            yield body[start : start + 100]

    async with client_of(notes_app(make_web_context(body=len(body))), token_of("anna")) as client:
        assert (await client.put(STAR, content=body, headers=JSON)).status_code == 200
        assert (await client.put(STAR, content=in_pieces(), headers=JSON)).status_code == 200


@pytest.mark.parametrize("length", ["-1", "1e3", "99999999999999999999999", "x"])
async def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    async with client_of(notes_app(make_web_context()), token_of("anna")) as client:
        answer = await client.post(
            "/v1/notes", content=b"{}", headers={**JSON, "content-length": length}
        )
    assert answer.status_code == 413


async def test_a_person_who_asks_too_often_is_told_when_to_come_back() -> None:
    web = make_web_context(person=RateLimiter(rate=0.5, burst=2))
    async with client_of(notes_app(web), token_of("anna")) as client:
        first, second, third = [await client.get("/v1/notes") for _ in range(3)]
    assert first.headers["ratelimit"] == '"person";r=1;t=2'
    assert second.headers["ratelimit"] == '"person";r=0;t=4'
    assert (first.status_code, second.status_code, third.status_code) == (200, 200, 429)
    assert third.json()["type"] == "urn:mitmach:problem:too-many-requests"
    assert third.headers["retry-after"] == "2"
    assert third.headers["ratelimit-policy"] == '"person";q=2;w=4'


async def test_whoever_asks_for_many_things_at_once_is_charged_for_more_than_one_request() -> None:
    web = make_web_context(person=RateLimiter(rate=0.5, burst=5))
    async with client_of(notes_app(web), token_of("anna")) as client:
        few, many, more = [await client.get(f"/v1/notes?limit={limit}") for limit in (49, 100, 100)]
        last = await client.get("/v1/notes")
    assert few.headers["ratelimit"] == '"person";r=4;t=2'
    assert many.headers["ratelimit"] == '"person";r=1;t=8'
    assert [one.status_code for one in (few, many, more, last)] == [200, 200, 429, 429]
    assert more.headers.get_list("ratelimit") == ['"person";r=0;t=4']
    assert more.headers["ratelimit-policy"] == '"person";q=5;w=10'


async def test_the_hot_routes_share_the_persons_limit() -> None:
    web = make_web_context(person=RateLimiter(rate=0.5, burst=2))
    async with client_of(notes_app(web), token_of("anna")) as client:
        codes = [(await client.put(STAR, json={"kind": "gold"})).status_code for _ in range(3)]
    assert codes == [200, 200, 429]


async def test_one_persons_haste_doesnt_slow_another() -> None:
    app = notes_app(make_web_context(person=RateLimiter(rate=0.5, burst=1)))
    async with client_of(app, token_of("anna")) as anna, client_of(app, token_of("ben")) as ben:
        await anna.get("/v1/notes")
        assert (await anna.get("/v1/notes")).status_code == 429
        assert (await ben.get("/v1/notes")).status_code == 200


async def test_an_address_that_guesses_tokens_is_slowed_but_not_those_signed_in_behind_it() -> None:
    app = notes_app(make_web_context(address=RateLimiter(rate=0.1, burst=3)))
    async with client_of(app, token_of("anna")) as anna, client_of(app) as stranger:
        assert (await anna.get("/v1/notes")).status_code == 200
        codes = []
        for number in range(5):
            headers = {"authorization": f"Bearer guess-{number}"}
            codes.append((await stranger.get("/v1/notes", headers=headers)).status_code)
        assert codes == [401, 401, 401, 429, 429]
        assert (await anna.get("/v1/notes")).status_code == 200


@pytest.mark.parametrize("bad", [None, "guess", "forged", "expired"])
async def test_a_person_with_a_new_token_gets_in_whatever_strangers_there_have_sent(
    bad: str | None,
) -> None:
    app = notes_app(make_web_context(address=RateLimiter(rate=0.001, burst=3)))
    tokens = {
        "forged": signed(claims(), key=Ed25519PrivateKey.generate()),
        "expired": token_of("ben", lifetime=-600),
    }
    headers = {} if bad is None else {"authorization": f"Bearer {tokens.get(bad, bad)}"}
    async with client_of(app) as stranger:
        codes = [(await stranger.get("/v1/notes", headers=headers)).status_code for _ in range(9)]
        assert codes == ([401] * 9 if bad == "expired" else [401] * 3 + [429] * 6)
        new = {"authorization": f"Bearer {token_of('anna')}"}
        assert (await stranger.get("/v1/notes", headers=new)).status_code == 200


async def test_somebody_whose_token_has_expired_is_told_so_behind_a_used_up_address() -> None:
    app = notes_app(make_web_context(address=RateLimiter(rate=0.001, burst=1)))
    async with client_of(app, token_of("anna", lifetime=-600)) as anna, client_of(app) as stranger:
        for _ in range(3):
            await stranger.get("/v1/notes")
        answer = await anna.get("/v1/notes")
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:mitmach:problem:token-expired"


@pytest.mark.parametrize("value", ["Bearer  {} ", "bearer {}\t", "BEARER   {}"])
async def test_blanks_around_a_token_are_not_part_of_it(value: str) -> None:
    headers = {"authorization": value.format(token_of("anna"))}
    async with client_of(notes_app(make_web_context())) as client:
        assert (await client.get("/v1/notes", headers=headers)).status_code == 200


@pytest.mark.parametrize("blank", ["\t", "\xa0", ""])
async def test_only_a_blank_ends_the_scheme(blank: str) -> None:
    headers = {b"authorization": f"Bearer{blank}{token_of('anna')}".encode("latin-1")}
    async with client_of(notes_app(make_web_context())) as client:
        assert (await client.get("/v1/notes", headers=headers)).status_code == 401


class Stuck(Recorder):
    """Keeps whoever asks waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.busy, self.go_on = asyncio.Event(), asyncio.Event()
        self.waiting = 0

    async def execute(self, command: Any, **options: Any) -> Any:
        self.busy.set()
        self.waiting += 1
        await self.go_on.wait()
        return await super().execute(command, **options)


async def test_more_requests_than_the_process_can_take_are_refused_at_once() -> None:
    recorder = Stuck()
    app = notes_app(make_web_context(recorder, in_flight=1))
    async with client_of(app, token_of("anna")) as client:
        slow = asyncio.create_task(client.put(STAR, json={"kind": "gold"}))
        await recorder.busy.wait()
        refused = await client.put(STAR, json={"kind": "gold"})
        recorder.go_on.set()
        assert (await slow).status_code == 200
        assert (await client.get("/v1/notes")).status_code == 200
    assert refused.status_code == 503
    assert refused.json()["type"] == "urn:mitmach:problem:too-busy"
    assert refused.headers["retry-after"] == "1"


async def test_one_person_cant_take_the_places_of_all() -> None:
    recorder = Stuck()
    web = make_web_context(recorder, in_flight=10, person_in_flight=2)
    app = notes_app(web)
    async with client_of(app, token_of("anna")) as anna, client_of(app, token_of("ben")) as ben:
        slow = [asyncio.create_task(anna.put(STAR, json={"kind": "gold"})) for _ in range(2)]
        async with asyncio.timeout(5):
            while len(recorder.asked) + recorder.waiting < 2:
                await asyncio.sleep(0)
        refused = await anna.put(STAR, json={"kind": "gold"})
        others = await ben.get("/v1/notes")
        recorder.go_on.set()
        assert [(await one).status_code for one in slow] == [200, 200]
        again = await anna.get("/v1/notes")
    assert refused.status_code == 429
    assert refused.json()["type"] == "urn:mitmach:problem:too-many-requests-at-once"
    assert refused.headers["retry-after"] == "1"
    assert (others.status_code, again.status_code) == (200, 200)


@pytest.mark.parametrize(
    ("path", "status"), [("/v1/nothing", 404), (f"/v1/notes/{NOTE_ID}/burn", 500), (STAR, 422)]
)
async def test_a_place_is_given_back_however_the_request_ends(path: str, status: int) -> None:
    app = notes_app(make_web_context(person_in_flight=1))
    async with client_of(app, token_of("anna")) as client:
        method = "PUT" if path == STAR else "POST"
        for _ in range(3):
            assert (await client.request(method, path, json={"kind": 1})).status_code == status
