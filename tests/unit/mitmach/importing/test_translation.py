"""Acts of each kind as what the platform is asked."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from mitmach.importing import acts
from mitmach.importing.acts import AnyAct
from mitmach.importing.causes import Sort
from mitmach.importing.recording.ids import Ids, ThingUnknown
from mitmach.importing.recording.requests import Request, World
from mitmach.importing.recording.translation import requests_of
from services.groups.api.history import ACTS as GROUPS_ACTS
from services.posts.api.history import ACTS as POSTS_ACTS
from tests.unit.mitmach.importing.exports import MONDAY

ADMIN = ("admin",)
BEFORE: tuple[AnyAct, ...] = (
    acts.PersonCame(at=MONDAY, id="ada"),
    acts.GroupFounded(at=MONDAY, id="g", by="ada", name="Soup"),
    acts.ChannelCreated(at=MONDAY, id="c", group="g", name="Recipes"),
    acts.PostPublished(at=MONDAY, id="p", channel="c", by="ada", text="Who has one?"),
    acts.CommentAdded(at=MONDAY, id="k", post="p", by="ada", text="I do."),
)
LATER = MONDAY + timedelta(hours=1)


def world_after(*happened: AnyAct) -> World:
    authors = {(Sort.POST, "p"): "ada", (Sort.COMMENT, "k"): "bob"}
    world = World(ids=Ids("slack"), author=lambda *thing: authors.get(thing))
    for act in happened:
        tuple(requests_of(world, act))
    return world


def asked(act: AnyAct) -> list[Request]:
    return list(requests_of(world_after(*BEFORE), act))


def at(kind: type[Any], **fields: Any) -> AnyAct:
    act: AnyAct = kind(at=LATER, **fields)
    return act


EACH: list[tuple[AnyAct, list[str]]] = [
    (at(acts.PersonCame, id="bob"), ["create_person", "visit"]),
    (at(acts.PersonSuspended, person="ada"), ["suspend_person"]),
    (at(acts.PersonReinstated, person="ada"), ["reinstate_person"]),
    (at(acts.PersonLeft, person="ada"), ["leave_organisation"]),
    (at(acts.RolesHeld, person="ada", roles=("editor",)), []),
    (at(acts.GroupFounded, id="h", by="ada", name="Tea"), ["create_group"]),
    (at(acts.GroupArchived, group="g"), ["archive_group"]),
    (at(acts.GroupRestored, group="g", by="ada"), ["restore_group"]),
    (at(acts.ChannelCreated, id="d", group="g", name="More"), ["create_channel"]),
    (at(acts.MemberJoined, group="g", person="bob"), ["join_group"]),
    (
        at(acts.MemberJoined, group="g", person="bob", role="moderator"),
        ["join_group", "change_role"],
    ),
    (at(acts.MemberLeft, group="g", person="bob"), ["leave_group"]),
    (at(acts.PostPublished, id="q", channel="c", by="ada", text="Hi"), ["publish_post"]),
    (at(acts.CommentAdded, id="l", post="p", parent="k", by="ada", text="Ho"), ["add_comment"]),
    (at(acts.Edited, post="p", by="ada", text="Who has two?"), ["edit_post"]),
    (at(acts.Edited, comment="k", by="ada", text="Me."), ["edit_comment"]),
    (at(acts.Reacted, post="p", by="ada", reaction="like"), ["react_to_post"]),
    (at(acts.Reacted, comment="k", by="ada", reaction="like"), ["react_to_comment"]),
    (at(acts.ReactionTakenBack, post="p", by="ada"), ["take_back_reaction"]),
    (at(acts.ReactionTakenBack, comment="k", by="ada"), ["take_back_comment_reaction"]),
    (at(acts.PostViewed, post="p", by="ada"), ["view_post"]),
    (at(acts.PostShared, post="p", by="ada", to_group="g"), ["share_post"]),
    (at(acts.Deleted, post="p", by="ada"), ["delete_post"]),
    (at(acts.Deleted, comment="k"), ["delete_comment"]),
    (at(acts.Deleted, group="g"), ["delete_group"]),
]


def test_every_kind_of_act_is_here() -> None:
    assert {type(act) for act, _ in EACH} == set(get_args(AnyAct))


@pytest.mark.parametrize(("act", "operations"), EACH, ids=lambda value: repr(value)[:40])
def test_what_the_platform_is_asked_is_what_it_takes(act: AnyAct, operations: list[str]) -> None:
    requests = asked(act)
    assert [request.operation for request in requests] == operations
    known = {"groups": GROUPS_ACTS, "posts": POSTS_ACTS}
    for request in requests:
        assert request.operation in known[request.service] or request.alone is not None
        assert request.writes, "everything changes something"


@pytest.mark.parametrize("act", [act for act, _ in EACH], ids=lambda act: repr(act)[:40])
def test_an_act_waits_for_those_of_whoever_does_it(act: AnyAct) -> None:
    for request in asked(act):
        if request.actor is not None:
            assert f"person {request.actor}" in {*request.reads, *request.writes}


def test_a_person_is_made_by_the_directory_and_then_comes() -> None:
    act = at(acts.PersonCame, id="bob", name="Bob", email="bob@example.org")
    made, visit = asked(act)
    assert (made.actor, made.about, made.roles) == (None, "bob", ("service",))
    assert made.body == {
        "external_id": "bob",
        "name": "Bob",
        "account": "human",
        "email": "bob@example.org",
    }
    assert visit.actor == "bob"


def test_an_external_id_is_kept() -> None:
    assert asked(at(acts.PersonCame, id="bob", external_id="s-1"))[0].body["external_id"] == "s-1"


def test_a_group_comes_with_its_first_channel_and_that_gets_the_first_name() -> None:
    world = world_after(BEFORE[0])
    (group,) = requests_of(world, BEFORE[1])
    (named,) = requests_of(world, BEFORE[2])
    assert group.target == named.target == world.ids.thing(Sort.CHANNEL, "c")
    assert named.operation == "change_channel"
    assert named.body == {"name": "Recipes"}
    (more,) = requests_of(world, at(acts.ChannelCreated, id="d", group="g", name="More"))
    assert (more.operation, more.target) == ("create_channel", group.id)
    assert more.id == world.ids.thing(Sort.CHANNEL, "d")
    (again,) = requests_of(world, BEFORE[2])
    assert again == named, "told twice, it is the same"


def test_a_channel_for_news_is_never_the_first() -> None:
    world = world_after(*BEFORE[:2])
    news = at(acts.ChannelCreated, id="n", group="g", name="News", type="news")
    assert [one.operation for one in requests_of(world, news)] == ["create_channel"]


def test_roles_are_remembered_and_acts_are_done_with_them() -> None:
    world = world_after(*BEFORE, at(acts.RolesHeld, person="ada", roles=("editor", "analyst")))
    (post,) = requests_of(world, at(acts.PostPublished, id="q", channel="c", by="ada", text="Hi"))
    assert post.roles == ("editor", "analyst")
    (pilot,) = requests_of(world, at(acts.GroupFounded, id="h", by="ada", name="P", type="pilot"))
    assert pilot.roles == ("editor", "analyst"), "what the act takes is among what they hold"
    world = world_after(*BEFORE, at(acts.RolesHeld, person="ada"))
    (post,) = requests_of(world, at(acts.PostPublished, id="q", channel="c", by="ada", text="Hi"))
    assert post.roles == ()


def test_whoever_was_let_in_is_let_in() -> None:
    join, role = asked(at(acts.MemberJoined, group="g", person="bob", role="owner"))
    assert (join.actor, join.roles) == ("bob", ADMIN)
    assert (role.actor, role.about, role.roles) == (None, "bob", ADMIN)
    assert role.body == {"role": "owner"}
    assert join.target == role.target


def test_what_nobody_is_said_to_have_done_an_administrator_does() -> None:
    for act in (at(acts.GroupArchived, group="g"), at(acts.Deleted, group="g")):
        (request,) = asked(act)
        assert (request.actor, request.roles) == (None, ADMIN)


def test_its_author_deletes_what_nobody_is_said_to_have_deleted() -> None:
    (post,) = asked(at(acts.Deleted, post="p"))
    (comment,) = asked(at(acts.Deleted, comment="k"))
    assert (post.actor, comment.actor) == ("ada", "bob")
    assert post.alone is None
    ids = world_after(*BEFORE).ids
    assert comment.alone == ("DELETE", f"/v1/comments/{ids.thing(Sort.COMMENT, 'k')}")


def test_an_edit_says_only_what_it_changes() -> None:
    (post,) = asked(at(acts.Edited, post="p", by="ada", title="", topics=("soup",)))
    assert post.body == {"title": "", "topics": ["soup"]}
    (comment,) = asked(at(acts.Edited, comment="k", by="ada", text="Me.", title="no"))
    assert comment.body == {"text": "Me."}


def test_a_post_has_all_that_was_told() -> None:
    media = (acts.Media(url="https://example.org/a.png", alt="A"),)
    act = at(
        acts.PostPublished,
        id="q",
        channel="c",
        by="ada",
        title="T",
        text="X",
        format="photo",
        type="discussion",
        topics=("soup",),
        media=media,
    )
    (post,) = asked(act)
    assert post.body == {
        "channel_id": world_after(*BEFORE).ids.thing(Sort.CHANNEL, "c"),
        "format": "photo",
        "kind": "discussion",
        "title": "T",
        "text": "X",
        "topics": ["soup"],
        "media": [{"url": "https://example.org/a.png", "alt": "A"}],
    }


DEPENDENT: list[tuple[str, AnyAct, AnyAct]] = [
    (
        "a share waits for its author to be in the group it goes to",
        at(acts.MemberJoined, group="h", person="ada"),
        at(acts.PostShared, post="p", by="ada", to_group="h"),
    ),
    (
        "a post is deleted behind the edits of its comments",
        at(acts.Edited, comment="k", by="ada", text="Me."),
        at(acts.Deleted, post="p", by="ada"),
    ),
    (
        "who leaves the organisation has archived before",
        at(acts.GroupArchived, group="g", by="ada"),
        at(acts.PersonLeft, person="ada"),
    ),
    (
        "who leaves the organisation has deleted before",
        at(acts.Deleted, group="g", by="ada"),
        at(acts.PersonLeft, person="ada"),
    ),
    (
        "an answer comes behind the comment",
        at(acts.CommentAdded, id="l", post="p", by="ada", text="1"),
        at(acts.CommentAdded, id="m", post="p", parent="l", by="bob", text="2"),
    ),
    (
        "a reaction is taken back behind it",
        at(acts.Reacted, post="p", by="ada", reaction="like"),
        at(acts.ReactionTakenBack, post="p", by="ada"),
    ),
    (
        "what somebody does with a post comes behind the end of their comment",
        at(acts.Deleted, comment="k", by="ada"),
        at(acts.Reacted, post="p", by="bob", reaction="like"),
    ),
    (
        "who leaves a group has written before",
        at(acts.CommentAdded, id="l", post="p", by="ada", text="1"),
        at(acts.MemberLeft, group="g", person="ada"),
    ),
    (
        "a post is for who belongs to the group by then",
        at(acts.MemberJoined, group="g", person="bob"),
        at(acts.PostPublished, id="q", channel="c", by="ada", text="Hi"),
    ),
    (
        "a group is archived behind what happens in it",
        at(acts.PostPublished, id="q", channel="c", by="ada", text="Hi"),
        at(acts.GroupArchived, group="g"),
    ),
]


@pytest.mark.parametrize(
    ("earlier", "later"), [row[1:] for row in DEPENDENT], ids=[row[0] for row in DEPENDENT]
)
def test_what_depends_on_another_act_waits_for_it(earlier: AnyAct, later: AnyAct) -> None:
    tea = at(acts.GroupFounded, id="h", by="ada", name="Tea")
    world = world_after(*BEFORE, tea)
    (*_, first), (second, *_) = requests_of(world, earlier), requests_of(world, later)
    touched = {*second.reads, *second.writes, *second.adds}
    changed = {*first.writes, *first.adds}
    assert touched & changed or set(second.writes) & set(first.reads)


def test_who_joins_need_not_wait_for_the_posts_before() -> None:
    world = world_after(*BEFORE)
    (post,) = requests_of(world, at(acts.PostPublished, id="q", channel="c", by="ada", text="Hi"))
    (join,) = requests_of(world, at(acts.MemberJoined, group="g", person="bob"))
    (leave,) = requests_of(world, at(acts.MemberLeft, group="g", person="bob"))
    assert not {*join.writes} & {*post.reads}
    assert {*join.adds} & {*post.reads}
    assert {*leave.writes} & {*post.reads}


def test_what_the_source_never_told_of_is_unknown() -> None:
    with pytest.raises(ThingUnknown):
        asked(at(acts.Reacted, post="nowhere", by="ada", reaction="like"))
