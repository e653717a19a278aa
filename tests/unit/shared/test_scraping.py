"""Who may read `/metrics`."""

from typing import Any

import httpx
import pytest

from shared.runtime.health import Health
from shared.runtime.telemetry import Telemetry
from shared.web.http.app import create_operations_app
from shared.web.http.scraping import Scrapers
from shared.web.identity import Everybody
from tests.support.identity import make_verifier, token_of
from tests.support.web import client_of, make_web_context, notes_app

SECRET = "a token that only Prometheus has"


async def scraped(
    scrapers: Scrapers | None,
    *,
    peer: str = "127.0.0.1",
    host: str = "localhost:8000",
    **headers: str,
) -> httpx.Response:
    app = create_operations_app(Telemetry("test"), Health(), scrapers)
    transport = httpx.ASGITransport(app, client=(peer, 1234))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await client.get("/metrics", headers={"host": host, **named})


def shared(token: str | None = None) -> Scrapers:
    return Scrapers(token, shared=True, verifier=make_verifier(), people=Everybody())


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000"])
async def test_a_program_on_the_same_machine_reads_a_shared_port(peer: str, host: str) -> None:
    answer = await scraped(shared(), peer=peer, host=host)
    assert answer.status_code == 200
    assert "python_info" in answer.text


@pytest.mark.parametrize(
    "asked",
    [
        {"peer": "10.0.0.7"},
        {"peer": "::ffff:10.0.0.7"},
        {"peer": "somewhere"},
        {"host": "mitmach.example.org"},
        {"host": "10.0.0.7:8000"},
        {"host": "localhost.example.org"},
        {"host": ""},
        {"x_forwarded_for": "10.0.0.7"},
        {"forwarded": "for=10.0.0.7"},
        {"x_real_ip": "10.0.0.7"},
        {"via": "1.1 proxy"},
        {"authorization": "Basic YTpi"},
        {"authorization": "Bearer "},
    ],
)
async def test_nobody_from_elsewhere_reads_a_shared_port(asked: dict[str, Any]) -> None:
    if "authorization" in asked:
        asked = asked | {"peer": "10.0.0.7"}
    answer = await scraped(shared(), **asked)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["type"] == "urn:mitmach:problem:token-missing"
    assert "python_info" not in answer.text


@pytest.mark.parametrize(
    ("roles", "status"), [(["analyst"], 200), (["admin"], 200), (["editor"], 403), ([], 403)]
)
async def test_people_read_metrics_who_may_read_the_figures(roles: list[str], status: int) -> None:
    authorization = f"Bearer {token_of('anna', roles)}"
    answer = await scraped(shared(), peer="10.0.0.7", authorization=authorization)
    assert answer.status_code == status


@pytest.mark.parametrize("scrapers", [shared(SECRET), Scrapers(SECRET)])
async def test_where_there_is_a_scrape_token_it_has_to_be_presented(scrapers: Scrapers) -> None:
    assert (await scraped(scrapers)).status_code == 401
    assert (await scraped(scrapers, authorization=f"Bearer {SECRET}x")).status_code == 401
    answer = await scraped(scrapers, peer="10.0.0.7", authorization=f"bearer  {SECRET}")
    assert answer.status_code == 200


async def test_whoever_reaches_a_port_of_its_own_reads_it() -> None:
    assert (await scraped(None, peer="10.0.0.7", host="posts-api:8000")).status_code == 200
    async with client_of(notes_app(make_web_context())) as client:
        assert (await client.get("/metrics")).status_code == 200


async def test_an_api_asks_for_the_scrape_token_too() -> None:
    web = make_web_context()
    web.scrapers = Scrapers(SECRET, verifier=web.verifier, people=web.people)
    async with client_of(notes_app(web)) as client:
        assert (await client.get("/metrics")).status_code == 401
        headers = {"authorization": f"Bearer {SECRET}"}
        assert (await client.get("/metrics", headers=headers)).status_code == 200
