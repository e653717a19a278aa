"""Headers that come in several lines: joined where they are lists, refused where they are not."""

import pytest

from shared.web.http import Limits, RateLimiter
from shared.web.http.proxies import Proxies
from shared.web.http.requests.headers import HeaderRepeated, join_lines, refuse_repeated
from tests.support.identity import token_of
from tests.support.web import NOTE_ID, client_of, make_web_context, notes_app

STAR = f"/v1/notes/{NOTE_ID}/star"
BEARER = ("authorization", f"Bearer {token_of('anna')}")
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_lines_of_one_name_are_joined_in_their_order() -> None:
    lines = [
        (b"x-forwarded-for", b"1.2.3.4"),
        (b"accept", b"*/*"),
        (b"x-forwarded-for", b"5.6.7.8"),
    ]
    assert join_lines(lines) == {b"x-forwarded-for": b"1.2.3.4, 5.6.7.8", b"accept": b"*/*"}


async def test_two_credentials_are_refused_and_neither_counts() -> None:
    lines = [BEARER, ("authorization", f"Bearer {token_of('ben')}")]
    async with client_of(notes_app(make_web_context())) as client:
        for answer in (
            await client.get("/v1/notes", headers=lines),
            await client.put(STAR, json={"kind": "gold"}, headers=lines),
            await client.get("/v1/notes", headers=[BEARER, BEARER]),
        ):
            assert answer.status_code == 400
            assert answer.json()["type"] == "urn:mitmach:problem:header-repeated"
            assert answer.json()["detail"] == "Send one `Authorization` header."


@pytest.mark.parametrize(
    "name", ["Content-Type", "Content-Length", "Host", "Idempotency-Key", "Last-Event-ID"]
)
def test_what_can_have_one_value_may_come_once(name: str) -> None:
    line = (name.lower().encode(), b"5")
    refuse_repeated([line, (b"accept", b"a"), (b"accept", b"b")])
    with pytest.raises(HeaderRepeated):
        refuse_repeated([line, (b"accept", b"a"), line])


async def test_a_second_forwarded_line_of_an_inner_proxy_is_a_further_hop() -> None:
    web = make_web_context(address=RateLimiter(rate=0.001, burst=1))
    web.limits = Limits(
        web.limits.person,
        web.limits.address,
        body=4096,
        in_flight=100,
        proxies=Proxies("127.0.0.1, 10.0.0.0/8"),
    )
    async with client_of(notes_app(web)) as client:
        codes = []
        for client_address in ("1.1.1.1", "2.2.2.2", "1.1.1.1"):
            lines = [("x-forwarded-for", client_address), ("x-forwarded-for", "10.0.0.7")]
            codes.append((await client.get("/v1/notes", headers=lines)).status_code)
    assert codes == [401, 401, 429]


async def test_versions_in_several_lines_are_all_asked_for() -> None:
    async with client_of(notes_app(make_web_context())) as client:
        tag = (await client.get(f"/v1/notes/{NOTE_ID}", headers=[BEARER])).headers["etag"]
        for tags in ((tag, '"other"'), ('"other"', tag)):
            lines = [BEARER, *(("if-none-match", one) for one in tags)]
            answer = await client.get(f"/v1/notes/{NOTE_ID}", headers=lines)
            assert answer.status_code == 304


async def test_two_traces_are_none() -> None:
    lines = [("traceparent", TRACE), ("traceparent", TRACE)]
    async with client_of(notes_app(make_web_context())) as client:
        one = (await client.get("/v1/notes", headers=lines[:1])).json()["instance"]
        two = (await client.get("/v1/notes", headers=lines)).json()["instance"]
    assert TRACE[3:35] in one
    assert TRACE[3:35] not in two
