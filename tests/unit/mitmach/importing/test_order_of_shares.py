"""Which acts have to wait for others."""

from datetime import UTC, datetime

from mitmach.importing import acts
from mitmach.importing.acts import AnyAct
from mitmach.importing.recording.ids import Ids
from mitmach.importing.recording.order import Order, Waiting
from mitmach.importing.recording.requests import World
from mitmach.importing.recording.translation import requests_of

AT = datetime(2026, 5, 4, 7, 30, tzinfo=UTC)


def test_a_share_to_a_group_waits_until_whoever_brings_it_is_a_member() -> None:
    world = World(ids=Ids("a-source"))
    history: tuple[AnyAct, ...] = (
        acts.GroupFounded(at=AT, id="readers", by="ann", name="Readers"),
        acts.ChannelCreated(at=AT, id="talk", group="readers", name="Talk"),
        acts.PostPublished(at=AT, id="post", channel="talk", by="ann", text="Read this."),
        acts.GroupFounded(at=AT, id="runners", by="ann", name="Runners"),
    )
    for act in history:
        tuple(requests_of(world, act))
    later: dict[str, AnyAct] = {
        "joins": acts.MemberJoined(at=AT, group="runners", person="ben"),
        "brings": acts.PostShared(at=AT, post="post", by="ben", to_group="runners"),
        "tells": acts.PostShared(at=AT, post="post", by="cem"),
    }
    order: Order[str] = Order()
    for name, act in later.items():
        (request,) = requests_of(world, act)
        order.add(Waiting(name, request, 1))

    def sent() -> list[str]:
        return [waiting.key for _, waiting in order.next_batch("posts", most=9, most_bytes=99)]

    assert sent() == ["tells"]
    ((number, joining),) = order.next_batch("groups", most=9, most_bytes=99)
    assert joining.key == "joins"
    order.done([number])
    assert sent() == ["brings"]
