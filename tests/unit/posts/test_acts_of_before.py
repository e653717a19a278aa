"""Since when the things are as they are that acts on posts rest on."""

from datetime import timedelta

from services.posts.commands.comments import AddComment, EditComment
from services.posts.commands.posts import DeletePost, EditPost, PublishPost
from services.posts.domain.audience import Channel, Group, Membership, Person
from services.posts.domain.comment import Comment
from services.posts.domain.engagement import Engagement
from services.posts.domain.post import Post
from shared.audience import EVERYONE, membership_id
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import (
    AboutChannel,
    ChannelArchived,
    ChannelChanged,
    ChannelCreated,
    MembershipJoined,
    MembershipLeft,
    MembershipRoleChanged,
)
from shared.contract.events.people import (
    PersonActivated,
    PersonReinstated,
    PersonSuspended,
    PersonVisited,
)
from shared.contract.ids import milliseconds, new_id
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Found
from tests.support.in_memory import principal
from tests.unit.posts.test_audience_copy import GROUP, told
from tests.unit.posts.world import NOON, World
from tooling.sample_events import sample

DAY = timedelta(days=1)
START = to_milliseconds(NOON)


def answer(who: Principal, comment_id: str, post: Post) -> AddComment:
    return AddComment(principal=who, comment_id=comment_id, post_id=post.id, text="I do.")


def test_whom_a_group_holds_is_so_since_the_last_who_came_or_went() -> None:
    world = World()

    def since(group: str = GROUP) -> object:
        return world.find(Group, group).members_since

    world.hear(told(PersonActivated, "p"), at=NOON)
    assert since(EVERYONE) == START
    world.hear(told(MembershipJoined, "p"), at=NOON + DAY)
    assert since() == START + DAY
    world.hear(told(PersonActivated, "q"), told(MembershipJoined, "q"), at=NOON + 3 * DAY)
    assert since() == since(EVERYONE) == START + 3 * DAY
    world.hear(told(PersonVisited, "q"), at=NOON + 4 * DAY)
    assert since() == START + 3 * DAY
    world.hear(told(PersonSuspended, "q"), at=NOON + 5 * DAY)
    assert since() == START + 5 * DAY
    world.hear(told(MembershipLeft, "p"), at=NOON + 6 * DAY)
    assert since() == START + 6 * DAY
    world.hear(told(MembershipJoined, "p"), at=NOON + DAY)
    assert since() == START + 6 * DAY, "what was recorded later doesn't make it older"


def test_people_and_members_are_what_they_are_since_that_was_told() -> None:
    world = World()
    world.hear(told(PersonActivated, "p"), told(MembershipJoined, "p"), at=NOON)
    key = membership_id(GROUP, "p")
    assert world.find(Person, "p").holds_since == START
    assert world.find(Membership, key).holds_since == START
    promoted = sample(
        MembershipRoleChanged, group_id=GROUP, member="p", role="moderator", visibility="open"
    )
    world.hear(promoted, at=NOON + DAY)
    assert world.find(Membership, key).holds_since == START + DAY
    changes: tuple[type[EventData], ...] = (PersonSuspended, PersonReinstated)
    for days, kind in enumerate(changes, 2):
        world.hear(told(kind, "p"), at=NOON + days * DAY)
        assert world.find(Person, "p").holds_since == START + days * DAY


def test_a_channel_is_there_since_it_was_opened_and_read_only_since_it_was_archived() -> None:
    world = World()
    kinds: tuple[type[AboutChannel], ...] = (ChannelCreated, ChannelChanged, ChannelArchived)
    for days, kind in enumerate(kinds):
        world.hear(sample(kind, channel_id="c", group_id=GROUP), at=NOON + days * DAY)
        expected = START if kind is ChannelChanged else START + days * DAY
        assert world.find(Channel, "c").holds_since == expected


def test_a_post_rests_on_whom_its_group_holds() -> None:
    command = PublishPost(
        principal=principal("p"),
        post_id="x",
        channel_id="c",
        format="text",
        kind="news",
        tags=(),
        content=None,  # type: ignore[arg-type]
    )
    found = Found()
    found.put((Channel, "c"), Channel(id="c", group_id=GROUP, kind="discussion"))
    assert command.rests_on(found) is None
    found.put((Group, GROUP), Group(id=GROUP, members_since=START))
    assert command.rests_on(found) == START


def test_who_edits_rests_on_what_was_written_last() -> None:
    world = World()
    ann, ben = world.person("ann"), world.person("ben")
    post = world.post(ann, world.channel(world.group(ann, ben)))
    comment_id = new_id()
    world.do(answer(ben, comment_id, post))
    edit_post = EditPost(principal=ann, post_id=post.id, title="Now")
    edit_comment = EditComment(principal=ben, comment_id=comment_id, text="I don't.")
    for edit, kind, thing in (
        (edit_post, Post, post.id),
        (edit_comment, Comment, comment_id),
    ):
        found = Found()
        found.put((kind, thing), world.find(kind, thing))
        assert edit.rests_on(found) is None
        world.wait(days=1)
        world.do(edit)
        found.put((kind, thing), world.find(kind, thing))
        assert edit.rests_on(found) == to_milliseconds(world.now)


def test_no_comment_of_before_comes_in_front_of_the_first_answer() -> None:
    world = World()
    ann, ben = world.person("ann"), world.person("ben")
    post = world.post(ann, world.channel(world.group(ann, ben)))
    comment_id = new_id(unix_ms=milliseconds(NOON + DAY))
    command = answer(ben, comment_id, post)
    found = Found()
    found.put((Post, post.id), post)
    assert command.rests_on(found) is None
    world.do(command)
    found.put((Post, post.id), world.find(Post, post.id))
    assert command.rests_on(found) == START + DAY


def test_a_post_and_a_comment_are_there_or_gone_since_then() -> None:
    world = World()
    ann, ben = world.person("ann"), world.person("ben")
    post = world.post(ann, world.channel(world.group(ann, ben)))
    comment_id = new_id()
    world.do(answer(ben, comment_id, post))
    assert post.holds_since == world.find(Comment, comment_id).holds_since == START
    world.wait(days=1)
    world.do(world.deletion(ben, comment_id))
    world.do(DeletePost(principal=ann, post_id=post.id, expected=None))
    gone = world.find(Post, post.id)
    assert gone.holds_since == world.find(Comment, comment_id).holds_since == START + DAY
    recorded = gone.recorded(world.now, world.now + 300 * DAY)
    assert recorded.clearing_since == START + 301 * DAY, "its worker counts from the recording"
    assert recorded.deleted_at == gone.deleted_at


def test_what_a_person_does_with_a_post_comes_after_what_they_did() -> None:
    mine = Engagement(id="x:p", viewed_on="")
    assert mine.holds_since is None
    mine = mine.view(NOON)
    assert mine.holds_since == START
    mine = mine.react("like", NOON + DAY)
    assert mine.holds_since == START + DAY
    assert mine.comment(NOON + 2 * DAY).holds_since == START + 2 * DAY
