"""The HTTP side: who may ask, what is refused and how, and the live stream."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest

from services.metrics.config import MetricsSettings
from services.metrics.kpis import CATALOGUE
from shared.contract.events import groups, people, posts
from shared.contract.events.vocabulary import LoginStanding
from shared.contract.ids import new_id
from shared.delivery.mongo import Mongo
from tests.integration.metrics.service import MetricsApi, Teller, running_api, running_consumer
from tests.integration.metrics.test_counting import HOUR, YESTERDAY, Office, person
from tests.support.identity import login_told, token_of
from tooling.servers.http import NO_TLS


@pytest.fixture
async def api(settings: MetricsSettings, mongo: Mongo) -> AsyncIterator[MetricsApi]:
    async with running_api(settings, mongo) as api:
        yield api


async def test_what_is_wrong_with_a_question_is_said(api: MetricsApi) -> None:
    for path, expected in (
        ("/v1/kpis?window=yesterday", (422, "input-invalid")),
        ("/v1/kpis/adoption?window=2026-13-01/2026-13-02", (422, "input-invalid")),
        ("/v1/kpis/adoption?window=2999-01-01/2999-01-02", (422, "input-invalid")),
        ("/v1/kpis/happiness", (404, "no-such-kpi")),
        ("/v1/kpis/adoption?format=video", (422, "filter-not-possible")),
        ("/v1/kpis/engagement?department=sales", (422, "filter-not-possible")),
        ("/v1/kpis/participation?department=Sales!", (422, "input-invalid")),
        ("/v1/kpis/engagement/series?points=0", (422, "input-invalid")),
        (f"/v1/kpis/engagement?group={new_id()}", (404, "not-visible")),
        (f"/v1/stats/posts/{new_id()}", (404, "not-visible")),
        (f"/v1/stats/groups/{new_id()}", (404, "not-visible")),
        (f"/v1/stats/contests/{new_id()}", (404, "not-visible")),
        ("/v1/stats/posts?sort=author", (422, "input-invalid")),
    ):
        assert await api.refused(path) == expected, path


async def test_figures_are_for_analysts_and_administrators(api: MetricsApi) -> None:
    paths = ("/v1/kpis", "/v1/kpis/reach", "/v1/stats/formats", "/v1/stats/topics", "/v1/live")
    for path in paths:
        assert await api.refused(path, roles=()) == (403, "not-allowed"), path
        assert (await api.client.get(path)).status_code == 401
    assert (await api.good("/v1/kpis", roles=("admin",)))["items"]
    definitions = await api.good("/v1/kpis/definitions", roles=())
    assert [item["name"] for item in definitions["items"]] == list(CATALOGUE)


async def test_nothing_counted_yet_is_no_error(api: MetricsApi) -> None:
    items = (await api.good("/v1/kpis?window=30d"))["items"]
    assert [item["value"] for item in items] == [None] * len(CATALOGUE)
    assert not any(item["suppressed"] for item in items)
    assert (await api.good("/v1/stats/formats"))["items"] == []
    assert await api.counted() == {}


async def test_an_owner_sees_the_figures_of_their_group_until_they_leave(
    api: MetricsApi, settings: MetricsSettings, mongo: Mongo, teller: Teller
) -> None:
    office = Office(teller)
    office.people[0] = office.ada = person("ada")
    office.opens()
    office.watches_a_video()
    async with running_consumer(settings, mongo):
        await teller.send()
        await api.has_counted(teller.types)
        paths = (
            f"/v1/stats/groups/{office.group_id}",
            f"/v1/stats/posts/{office.post_id}",
            f"/v1/stats/posts?group={office.group_id}&window=7d",
            *(
                f"/v1/kpis/{name}?group={office.group_id}&window=7d"
                for name, kpi in CATALOGUE.items()
                if "group" in kpi.definition.filters
            ),
        )
        for path in paths:
            await api.good(path, who="ada", roles=())
            assert await api.refused(path, who="bob", roles=()) == (404, "not-visible"), path

        office.tell(
            groups.MembershipLeft, office.ada, YESTERDAY, member=office.ada, role="owner",
            visibility="secret",
        )  # fmt: skip
        await teller.send()
        await api.has_counted(teller.types)
        own_post = paths[1]  # stays theirs
        await api.good(own_post, who="ada", roles=())
        for path in set(paths) - {own_post}:
            assert await api.refused(path, who="ada", roles=()) == (404, "not-visible"), path


async def test_a_group_says_who_of_its_members_did_what(
    api: MetricsApi, settings: MetricsSettings, mongo: Mongo, teller: Teller
) -> None:
    office = Office(teller)
    office.opens()
    for member in office.others[:12]:
        office.tell(
            groups.MembershipJoined, member, YESTERDAY - HOUR, member=member, role="member",
            counted=True,
        )  # fmt: skip
    office.watches_a_video()
    elsewhere = {"group_id": new_id(), "post_id": new_id()}
    office.tell(
        posts.PostPublished, office.others[0], YESTERDAY, author=office.others[0], **elsewhere
    )
    async with running_consumer(settings, mongo):
        await teller.send()
        await api.has_counted(teller.types)
        shown = await api.good(f"/v1/stats/groups/{office.group_id}?window=7d")
    assert shown["members"] == 13
    # Ten of the members viewed or more, and Ada published.
    assert (shown["active"]["numerator"], shown["active"]["denominator"]) == (11, 13)
    rungs = {rung: cell["people"] for rung, cell in shown["ladder"].items()}
    assert rungs == {"creators": 1, "interactors": 4, "viewers": 6, "inactive": 2}
    assert shown["participation"]["value"] == 5 / 13
    assert shown["concentration"] == {
        "numerator": None, "denominator": None, "value": None, "suppressed": True,
    }  # fmt: skip
    asked = {"group": office.group_id, "window": "7d"}
    kpi = await api.good("/v1/kpis/participation", params=asked)
    assert (kpi["numerator"], kpi["denominator"]) == (5, 13)
    assert (await api.good("/v1/kpis/reach", params=asked))["numerator"] == 10
    everywhere = await api.good("/v1/kpis/participation?window=7d")
    assert everywhere["parts"]["creators"]["people"] == 2
    both = await api.refused("/v1/kpis/participation", params=asked | {"department": "it"})
    assert both == (422, "filter-not-possible")


async def test_a_department_is_shown_unless_few_are_in_it_or_beside_it(
    api: MetricsApi, settings: MetricsSettings, mongo: Mongo, teller: Teller
) -> None:
    office = Office(teller)
    office.opens()
    words = ["sales"] * 6 + ["it"] * 7 + ["production"] * 5 + ["legal"] * 2
    for member, word in zip(office.people, words, strict=True):
        office.tell(
            people.PersonChanged, None, YESTERDAY - HOUR, person=member, department=word,
            previous_department=None,
        )  # fmt: skip
    office.watches_a_video()

    async def numbers(word: str, name: str = "adoption") -> tuple[object, ...]:
        found = await api.good(f"/v1/kpis/{name}", params={"window": "7d", "department": word})
        return found["numerator"], found["denominator"], found["suppressed"]

    async with running_consumer(settings, mongo):
        await teller.send()
        await api.has_counted(teller.types)
        assert await numbers("sales") == (6, 6, False)
        assert await numbers("it") == (5, 7, False)
        assert await numbers("it", "topic_demand") == (0, 7, False)
        assert await numbers("sales", "topic_demand") == (4, 6, False)
        # Two are of the legal department: they stay hidden, and with them the next larger one.
        assert await numbers("legal") == (None, None, True)
        assert await numbers("production") == (None, None, True)
        assert await numbers("unheard") == (0, 0, False)


async def test_the_live_stream_shows_totals_and_ends_with_the_process(
    settings: MetricsSettings, mongo: Mongo, teller: Teller
) -> None:
    blocks: list[dict[str, str]] = []
    async with running_consumer(settings, mongo):
        async with running_api(settings, mongo) as api:
            Office(teller).opens()
            await teller.send()
            await api.has_counted(teller.types)
            reading = asyncio.create_task(_read(api, blocks))
            async with asyncio.timeout(60):
                while len(blocks) < 2:
                    await asyncio.sleep(0.05)
        async with asyncio.timeout(5):  # the server has ended, so the stream has too
            await reading
    assert msgspec.json.decode(blocks[0]["data"])["totals"]["events"] == teller.types.total()
    assert blocks[0]["id"].split(".")[0] == str(teller.types.total())


@pytest.mark.parametrize(
    ("end", "slug"),
    [
        ("suspended", "person-suspended"),
        ("left", "person-has-left"),
        ("erased", "person-was-erased"),
        ("unknown", "person-not-active"),
    ],
)
async def test_the_live_stream_ends_with_the_account(
    settings: MetricsSettings,
    mongo: Mongo,
    teller: Teller,
    end: LoginStanding,
    slug: str,
) -> None:
    blocks: list[dict[str, str]] = []
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        reading = asyncio.create_task(_read(api, blocks))
        async with asyncio.timeout(60):
            while not blocks:
                await asyncio.sleep(0.05)
        teller.tell(login_told("ann", end), at=YESTERDAY)
        await teller.send()
        async with asyncio.timeout(30):
            await reading
        assert await api.refused("/v1/live") == (403, slug)


async def test_one_person_watches_a_few_streams_and_another_all_the_same(
    settings: MetricsSettings, mongo: Mongo
) -> None:
    few = settings.model_copy(update={"live_clients_per_person": 2})
    blocks: dict[str, list[dict[str, str]]] = {"one": [], "two": [], "ben": []}
    async with running_api(few, mongo) as api:
        await api.knows("ann")
        reading = [
            asyncio.create_task(_read(api, blocks["one"])),
            asyncio.create_task(_read(api, blocks["two"])),
        ]
        async with asyncio.timeout(60):
            while not (blocks["one"] and blocks["two"]):
                await asyncio.sleep(0.05)
        assert await api.refused("/v1/live") == (429, "too-many-streams")
        reading.append(asyncio.create_task(_read(api, blocks["ben"], who="ben")))
        async with asyncio.timeout(60):
            while not blocks["ben"]:
                await asyncio.sleep(0.05)
        reading.pop(0).cancel()  # a client that goes gives its place back
        async with asyncio.timeout(60):
            while (answer := await api.head("/v1/live")).status_code == 429:
                await asyncio.sleep(0.05)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        for task in reading:
            task.cancel()
        await asyncio.wait(reading)


async def _read(api: MetricsApi, blocks: list[dict[str, str]], who: str = "ann") -> None:
    await api.knows(who)
    headers = {"authorization": f"Bearer {token_of(who, ['analyst'])}"}
    async with (
        # A client of its own, which stays when the one of `api` is closed.
        httpx.AsyncClient(base_url=api.client.base_url, timeout=20, verify=NO_TLS) as client,
        client.stream("GET", "/v1/live", headers=headers) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        block: dict[str, str] = {}
        async for line in answer.aiter_lines():
            if line:
                name, _, text = line.partition(": ")
                block[name] = text
            elif "data" in block:
                blocks.append(block)
                block = {}


async def test_a_topic_is_found_in_whatever_spelling_it_is_asked_for(
    api: MetricsApi, settings: MetricsSettings, mongo: Mongo, teller: Teller
) -> None:
    office = Office(teller)
    office.opens()
    office.watches_a_video()
    office.tell(
        posts.PostEdited, office.ada, YESTERDAY, topics=("remote-work",), published_at=YESTERDAY
    )
    async with running_consumer(settings, mongo):
        await teller.send()
        await api.has_counted(teller.types)
    for spelling in ("remote-work", "Remote Work", "Remote-Work", "#REMOTE_WORK", " remote  work "):
        asked = {"window": "7d", "topic": spelling}
        (leading,) = (await api.good("/v1/stats/posts", params=asked))["items"]
        assert leading["post_id"] == office.post_id, spelling
        (cell,) = (await api.good("/v1/stats/formats", params=asked))["items"]
        assert cell["posts"] == 1, spelling
        kpi = await api.good("/v1/kpis/engagement", params=asked)
        assert kpi["denominator"] == 10, spelling
        series = await api.good("/v1/kpis/engagement/series", params=asked | {"points": 1})
        assert series["items"][0]["denominator"] == 10, spelling
    for path in ("/v1/stats/posts", "/v1/stats/formats", "/v1/kpis/engagement"):
        for nothing in ("", "-", "x" * 60):
            refused = await api.refused(path, params={"topic": nothing})
            assert refused == (422, "topic-invalid"), path
        assert await api.refused(path, params={"topic": "x" * 101}) == (422, "input-invalid")
    assert (await api.good("/v1/stats/posts", params={"topic": "walking"}))["items"] == []
