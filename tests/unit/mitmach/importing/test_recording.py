"""Acts are recorded through the API: what is sent, what is told, what is sent again."""

import re
from collections.abc import Iterable
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from mitmach.embedded.child import free_port
from mitmach.importing import acts
from mitmach.importing.acts import AnyAct
from mitmach.importing.causes import Made, Sort, made_by
from mitmach.importing.recording import api as api_module
from mitmach.importing.recording import recorder
from mitmach.importing.recording.api import Api
from mitmach.importing.recording.ids import Ids
from mitmach.importing.recording.recorder import Outcome, Recorder
from mitmach.importing.recording.requests import World
from shared.runtime.process import Stopped
from tests.unit.mitmach.importing.exports import MONDAY
from tests.unit.mitmach.importing.fake_platform import FakePlatform, api_of, fake_platform

LATER = MONDAY + timedelta(hours=1)
ADA = acts.PersonCame(at=MONDAY, id="ada")
BOB = acts.PersonCame(at=MONDAY, id="bob")
GROUP = acts.GroupFounded(at=MONDAY, id="g", by="ada", name="Soup")
CHANNEL = acts.ChannelCreated(at=MONDAY, id="c", group="g", name="Recipes")
JOIN = acts.MemberJoined(at=MONDAY, group="g", person="bob")
POST = acts.PostPublished(at=LATER, id="p", channel="c", by="ada", text="Hi")
COMMENT = acts.CommentAdded(at=LATER, id="k", post="p", by="bob", text="Ho")
STORY: tuple[AnyAct, ...] = (ADA, BOB, GROUP, CHANNEL, JOIN, POST, COMMENT)


def new_world() -> World:
    return World(ids=Ids("slack"))


async def recorded(
    api: Api, happened: Iterable[AnyAct], world: World | None = None
) -> dict[int, Outcome]:
    recorder: Recorder[int] = Recorder(api, world or new_world())
    return {key: outcome async for key, outcome in recorder.record(enumerate(happened))}


async def record_on(
    platform: FakePlatform, *happened: AnyAct, world: World | None = None
) -> dict[int, Outcome]:
    async with api_of(platform) as api:
        return await recorded(api, happened, world)


async def test_a_story_is_recorded_with_what_each_service_has_to_know() -> None:
    async with fake_platform() as platform:
        outcomes = await record_on(platform, *STORY)
        assert sorted(outcomes) == list(range(len(STORY)))
        assert not any(outcome.refusal for outcome in outcomes.values())
        assert len(outcomes[0].event_ids) == 2, "of the account and of the visit"
        services = [one.path.rpartition("/")[2] for one in platform.batches()]
        assert services == ["groups", "groups", "posts"], "people first: who they are is answered"
        posts = platform.batches()[2]
        assert posts.headers["Consistency-Token"] == "groups-2"
        item = posts.acts[0]
        ids = new_world().ids
        assert item["act_as"] == ids.person("ada")
        assert item["occurred_at"] == "2024-01-08T10:00:00+00:00"


async def test_a_refusal_is_told_and_the_others_are_recorded() -> None:
    async with fake_platform() as platform:
        platform.refuse = lambda act: "not-allowed" if act["act"] == "join_group" else ""
        outcomes = await record_on(platform, *STORY)
        assert outcomes[4] == Outcome(refusal="not-allowed", detail="No.")
        assert [key for key, outcome in outcomes.items() if outcome.refusal] == [4]


async def test_what_was_recorded_before_is_taken() -> None:
    async with fake_platform() as platform:
        platform.refuse = lambda act: "recorded-before" if act["act"] == "publish_post" else ""
        outcomes = await record_on(platform, *STORY)
        assert outcomes[5] == Outcome()


@pytest.mark.parametrize("refused", ["join_group", "change_role"])
async def test_an_act_of_two_requests_is_taken_if_both_are(refused: str) -> None:
    leads = acts.MemberJoined(at=MONDAY, group="g", person="bob", role="moderator")
    async with fake_platform() as platform:
        outcomes = await record_on(platform, ADA, BOB, GROUP, leads)
        assert len(outcomes[3].event_ids) == 2
    async with fake_platform() as platform:
        platform.refuse = lambda act: "not-allowed" if act["act"] == refused else ""
        outcomes = await record_on(platform, ADA, BOB, GROUP, leads)
        assert outcomes[3].refusal == "not-allowed"
        assert len(outcomes) == 4


async def test_who_has_an_account_already_is_that_person_and_active_from_then_on() -> None:
    async with fake_platform() as platform:
        platform.accounts = {"ada": "11111111-1111-4111-8111-111111111111"}
        outcomes = await record_on(platform, *STORY)
        assert not any(outcome.refusal for outcome in outcomes.values())
        (visit,) = platform.asked("/v1/me/visits")
        assert visit.headers["Act-As"] == platform.accounts["ada"]
        assert visit.headers["Occurred-At"] == "2024-01-08T09:00:00+00:00"
        (group,) = [act for act in platform.recorded if act["act"] == "create_group"]
        assert group["act_as"] == platform.accounts["ada"], "she founds it by her own account"


async def test_nothing_of_a_person_is_sent_before_it_is_known_who_they_are() -> None:
    async with fake_platform() as platform:
        platform.accounts = {"ada": "11111111-1111-4111-8111-111111111111"}
        left = acts.PersonLeft(at=LATER, person="ada")
        await record_on(platform, ADA, left)
        (gone,) = [act for act in platform.recorded if act["act"] == "leave_organisation"]
        assert gone["target"] == platform.accounts["ada"]


async def test_who_may_not_look_for_accounts_imports_nothing_of_them() -> None:
    async with fake_platform() as platform:
        platform.accounts = {"ada": "11111111-1111-4111-8111-111111111111"}
        platform.faults = ["", 400]
        with pytest.raises(Stopped, match="needs the role service"):
            await record_on(platform, *STORY)


async def test_an_account_that_cant_be_found_is_a_refusal() -> None:
    async with fake_platform() as platform:
        platform.refuse = lambda act: "person-exists" if act["act"] == "create_person" else ""
        outcomes = await record_on(platform, ADA)
        assert outcomes[0].refusal == "person-exists"


async def test_what_has_a_route_of_its_own_is_sent_there_with_its_moment() -> None:
    async with fake_platform() as platform:
        gone = acts.Deleted(at=LATER, comment="k", by="bob")
        outcomes = await record_on(platform, *STORY, gone)
        assert outcomes[7].event_ids == ("one", "two")
        (sent,) = platform.asked("/v1/comments/")
        ids = new_world().ids
        assert sent.headers["Act-As"] == ids.person("bob")
        assert sent.headers["Occurred-At"] == "2024-01-08T10:00:00+00:00"
        assert "posts-3" in sent.headers["Consistency-Token"]


@pytest.mark.parametrize("fault", [404, 410])
async def test_what_is_gone_already_needs_no_deletion(fault: int) -> None:
    async with fake_platform() as platform:
        await record_on(platform, *STORY)
        platform.faults = [fault]
        world = new_world()
        for act in (GROUP, CHANNEL, POST, COMMENT):
            made = made_by(act)
            assert made is not None
            world.ids.note(made, act.at)
        outcomes = await record_on(
            platform, acts.Deleted(at=LATER, comment="k", by="bob"), world=world
        )
        assert outcomes[0] == Outcome()


async def test_a_fault_of_the_platform_is_no_refusal_of_the_act() -> None:
    async with fake_platform() as platform:
        await record_on(platform, *STORY)
        platform.faults = [500]
        gone = acts.Deleted(at=LATER, group="g")
        world = new_world()
        world.ids.note(Made(Sort.GROUP, "g"), MONDAY)
        with pytest.raises(Stopped, match="failed at DELETE"):
            await record_on(platform, gone, world=world)


@pytest.mark.parametrize("fault", [503, 429, 502, 504, "lost"])
async def test_what_isnt_answered_is_sent_again_with_the_same_key_and_bytes(
    fault: int | str,
) -> None:
    async with fake_platform() as platform:
        platform.faults = [fault, fault]
        outcomes = await record_on(platform, ADA)
        assert outcomes[0].refusal == ""
        first, *others = platform.batches()
        assert len(others) == 2
        assert {(one.key, one.body) for one in others} == {(first.key, first.body)}
        assert first.key
        assert platform.operations() == ["create_person", "visit"], "and is recorded once"


async def test_an_expired_token_is_read_again() -> None:
    async with fake_platform() as platform:
        platform.tokens = {"new"}
        async with api_of(platform, "old", "new") as api:
            outcomes = await recorded(api, STORY)
        assert not any(outcome.refusal for outcome in outcomes.values())
        assert platform.batches()[0].body == platform.batches()[1].body


async def test_a_token_that_isnt_taken_stops_the_import() -> None:
    async with fake_platform() as platform:
        platform.tokens = {"another"}
        async with api_of(platform) as api:
            with pytest.raises(Stopped, match="The token isn't accepted: Sign in again"):
                await recorded(api, STORY)
        assert platform.recorded == []


async def test_a_platform_that_takes_no_history_stops_the_import() -> None:
    async with fake_platform() as platform:
        platform.faults = [403]
        async with api_of(platform) as api:
            with pytest.raises(Stopped, match="It has to be on while something is imported"):
                await recorded(api, STORY)
        assert platform.recorded == []


async def test_a_page_of_a_proxy_is_no_reason_to_break() -> None:
    async with fake_platform() as platform:
        platform.faults = [413]
        async with api_of(platform) as api:
            with pytest.raises(Stopped, match="took no acts: 413"):
                await recorded(api, STORY)


async def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mitmach.importing.recording.api.PATIENCE", 0.3)
    async with fake_platform() as platform:
        platform.faults = [503] * 100
        async with api_of(platform) as api:
            with pytest.raises(Stopped, match="Start the same command again"):
                await recorded(api, STORY)


async def test_a_wrong_address_is_noticed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_module, "FIRST_PATIENCE", 0.3)
    base = f"http://127.0.0.1:{free_port()}"
    async with aiohttp.ClientSession() as http:
        with pytest.raises(Stopped, match=re.escape(base)):
            await Api(http, base, token=lambda: "").arrive()


async def test_another_server_is_none_to_import_into() -> None:
    async def greet(_: web.Request) -> web.Response:
        return web.Response(text="<p>Welcome")

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", greet)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        with pytest.raises(Stopped, match="answers like another server"):
            await Api(http, str(server.make_url("")), token=lambda: "").arrive()


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("", 0.0),
        ("2", 2.0),
        ("900", 5.0),
        ("-1", 0.0),
        ("nan", 0.0),
        ("soon", 0.0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
        ("Fri, 31 Dec 2100 23:59:59 GMT", 5.0),
        ("Fri, 31 Dec 2100 23:59:59 -0000", 5.0),
    ],
)
def test_a_pause_is_asked_for_in_seconds_or_by_a_date(said: str, seconds: float) -> None:
    assert api_module.asked_pause(said) == seconds


async def test_acts_that_name_what_nobody_told_of_are_refused_by_themselves() -> None:
    async with fake_platform() as platform:
        lost = acts.Reacted(at=LATER, post="nowhere", by="ada", reaction="like")
        outcomes = await record_on(platform, ADA, lost)
        assert outcomes[1].refusal == "unknown"
        assert outcomes[0].refusal == ""


async def test_more_acts_than_a_request_may_have_are_many_requests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recorder, "MOST_ACTS", 7)
    monkeypatch.setattr(recorder, "WINDOW", 30)
    views = [acts.PostViewed(at=LATER, post="p", by="bob") for _ in range(100)]
    async with fake_platform() as platform:
        outcomes = await record_on(platform, *STORY, *views)
        assert len(outcomes) == len(STORY) + 100
        assert max(len(one.acts) for one in platform.batches()) == 7
