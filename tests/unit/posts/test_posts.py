"""Publishing, editing and deleting posts, decided."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.posts.commands.posts import DeletePost, EditPost, PublishPost
from services.posts.domain.post import (
    MOST_EDITS,
    FormatNotYet,
    Post,
    PostChanged,
    PostContent,
    PostDeleted,
    PostEditedTooOften,
    PostEmpty,
    PostIncomplete,
    PostNotFound,
    PostRevision,
    PostText,
    revision_id,
)
from shared.audience import EVERYONE
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.events import posts as events
from shared.contract.events.groups import ChannelArchived as ChannelWasArchived
from shared.contract.events.groups import GroupArchived as GroupWasArchived
from shared.contract.events.groups import GroupDeleted, GroupRestored
from shared.contract.events.people import PersonSuspended as PersonWasSuspended
from shared.contract.events.vocabulary import Format
from shared.contract.ids import new_id
from shared.contract.media import Media
from shared.contract.principal import Principal
from shared.contract.refusals import ChannelIsArchived, ChannelNotFound, GroupIsArchived
from tests.unit.posts.world import World
from tooling.sample_events import sample

FILM = Media(url="https://media.example/film", alt="A run")


def publish(author: Principal, channel_id: str, **given: object) -> PublishPost:
    command = PublishPost(
        principal=author,
        post_id=new_id(),
        channel_id=channel_id,
        format="video",
        kind="news",
        tags=("running", "health"),
        content=PostContent(text="Look at this.", media=[FILM]),
    )
    return replace(command, **given)  # type: ignore[arg-type]


def test_a_published_post_says_who_could_see_it() -> None:
    world = World()
    anna, ben, cleo = (world.person(name) for name in ("anna", "ben", "cleo"))
    group = world.group(anna, ben, cleo)
    event = world.happens(publish(anna, world.channel(group)))
    assert isinstance(event, events.PostPublished)
    assert event.audience_size == 2, "the author isn't part of the audience"
    assert (event.format, event.kind, event.topics) == ("video", "news", ("running", "health"))
    assert (event.group_id, event.author) == (group, anna.person_id)


def test_a_post_for_everyone_reaches_all_active_people() -> None:
    world = World()
    anna = world.person("anna")
    for number in range(5):
        world.person(f"colleague {number}")
    sleeper = world.person("sleeper")
    world.hear(sample(PersonWasSuspended, person=sleeper.person_id))
    event = world.happens(publish(anna, world.channel(EVERYONE)))
    assert event.audience_size == 5


def test_the_time_of_publication_is_what_the_database_gives_back() -> None:
    world = World()
    anna = world.person("anna")
    event = world.happens(publish(anna, world.channel(world.group(anna))))
    assert event.published_at.microsecond == 123000
    assert world.find(Post, event.post_id).published_at == event.published_at


def test_publishing_needs_membership() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    channel = world.channel(world.group(anna))
    with pytest.raises(NotAllowed):
        world.do(publish(ben, channel))
    world.do(publish(world.person("eda", "editor"), channel))


@pytest.mark.parametrize("visibility", ["closed", "secret"])
def test_outsiders_dont_learn_of_channels_of_closed_groups(visibility: str) -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    channel = world.channel(world.group(anna, visibility=visibility))
    with pytest.raises(ChannelNotFound):
        world.do(publish(ben, channel))
    with pytest.raises(ChannelNotFound):
        world.do(publish(ben, new_id()))


def test_news_is_for_those_who_lead() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    group = world.group(anna)
    world.join(ben, group, "moderator")
    channel = world.channel(group, "news")
    with pytest.raises(NotAllowed):
        world.do(publish(anna, channel))
    world.do(publish(ben, channel))
    world.do(publish(world.person("eda", "editor"), channel))


def test_nothing_is_published_where_it_is_archived() -> None:
    world = World()
    anna = world.person("anna")
    group = world.group(anna)
    channel, other = world.channel(group), world.channel(group)
    post = world.post(anna, channel)
    world.hear(sample(ChannelWasArchived, group_id=group, channel_id=channel, visibility="open"))
    with pytest.raises(ChannelIsArchived):
        world.do(publish(anna, channel))
    world.do(publish(anna, other))
    world.hear(sample(GroupWasArchived, group_id=group, visibility="open"))
    with pytest.raises(GroupIsArchived):
        world.do(publish(anna, other))
    with pytest.raises(GroupIsArchived):
        world.do(EditPost(principal=anna, post_id=post.id, title="New"))
    world.hear(sample(GroupRestored, group_id=group, visibility="open"))
    world.do(publish(anna, other))


def test_a_deleted_group_is_gone_with_its_posts() -> None:
    world = World()
    anna = world.person("anna")
    group = world.group(anna)
    channel = world.channel(group)
    post = world.post(anna, channel)
    world.hear(sample(GroupDeleted, group_id=group, visibility="open"))
    with pytest.raises(ChannelNotFound):
        world.do(publish(anna, channel))
    with pytest.raises(PostNotFound):
        world.do(DeletePost(principal=anna, post_id=post.id))


def test_a_suspended_person_publishes_nothing() -> None:
    world = World()
    anna = world.person("anna")
    channel = world.channel(world.group(anna))
    world.hear(sample(PersonWasSuspended, person=anna.person_id))
    with pytest.raises(AccountSuspended):
        world.do(publish(anna, channel))


def test_a_post_needs_something_to_read_see_or_hear() -> None:
    world = World()
    anna = world.person("anna")
    channel = world.channel(world.group(anna))
    with pytest.raises(PostEmpty):
        world.do(publish(anna, channel, content=PostContent(title="  ", text="\n")))
    world.do(publish(anna, channel, content=PostContent(media=[FILM])))


@pytest.mark.parametrize("made_of", ["photo", "video", "audio", "document"])
def test_a_post_of_a_medium_refers_to_one_and_keeps_it(made_of: Format) -> None:
    world = World()
    anna = world.person("anna")
    channel = world.channel(world.group(anna))
    with pytest.raises(PostIncomplete):
        world.do(publish(anna, channel, format=made_of, content=PostContent(text="Look!")))
    post = world.post(
        anna, channel, format=made_of, content=PostContent(text="Look!", media=[FILM])
    )
    with pytest.raises(PostIncomplete):
        world.do(EditPost(principal=anna, post_id=post.id, media=[]))
    world.do(EditPost(principal=anna, post_id=post.id, text=""))


@pytest.mark.parametrize(
    ("content", "has_link"),
    [
        (PostContent(text="Read https://example.org/plan, please."), True),
        (PostContent(title="HTTP://EXAMPLE.ORG"), True),
        (PostContent(text="Read this.", media=[FILM]), True),
        (PostContent(text="Read this."), False),
        (PostContent(text="https:// is how they begin"), False),
    ],
)
def test_a_post_of_a_link_has_one(content: PostContent, has_link: bool) -> None:
    world = World()
    anna = world.person("anna")
    command = publish(anna, world.channel(world.group(anna)), format="link", content=content)
    if has_link:
        world.do(command)
    else:
        with pytest.raises(PostIncomplete):
            world.do(command)


@pytest.mark.parametrize("later", ["poll", "event"])
def test_a_poll_or_an_event_cant_be_published_before_there_are_any(later: Format) -> None:
    world = World()
    anna = world.person("anna")
    with pytest.raises(FormatNotYet):
        world.do(publish(anna, world.channel(world.group(anna)), format=later))


def test_an_edit_keeps_what_was_said_before() -> None:
    world = World()
    anna = world.person("anna")
    post = world.post(anna, world.channel(world.group(anna)))
    world.now += timedelta(minutes=5)
    event = world.happens(
        EditPost(principal=anna, post_id=post.id, title="A run at one", tags=("sport",))
    )
    assert isinstance(event, events.PostEdited)
    assert event.by_author
    assert event.topics == ("sport",)
    assert event.previous.topics == ("running",)
    edited = world.find(Post, post.id)
    assert (edited.version, edited.tags) == (2, ("sport",))
    assert edited.edited_at is not None
    content = world.find(PostText, post.id).content
    assert (content.title, content.text) == ("A run at one", "Who joins?")
    before = world.find(PostRevision, revision_id(post.id, 1))
    assert (before.content.title, before.tags) == ("A run at noon", ("running",))


def test_an_edit_that_changes_nothing_is_no_edit() -> None:
    world = World()
    anna = world.person("anna")
    post = world.post(anna, world.channel(world.group(anna)))
    assert world.happened(EditPost(principal=anna, post_id=post.id, title="A run at noon")) == []
    assert world.find(Post, post.id).version == 1


def test_only_the_version_that_was_read_is_edited() -> None:
    world = World()
    anna = world.person("anna")
    post = world.post(anna, world.channel(world.group(anna)))
    read = frozenset({1})
    world.do(EditPost(principal=anna, post_id=post.id, title="One", expected=read))
    with pytest.raises(PostChanged):
        world.do(EditPost(principal=anna, post_id=post.id, title="Two", expected=read))
    with pytest.raises(PostChanged):
        world.do(DeletePost(principal=anna, post_id=post.id, expected=read))
    world.do(DeletePost(principal=anna, post_id=post.id, expected=frozenset({1, 2})))


def test_history_has_an_end() -> None:
    world = World()
    anna = world.person("anna")
    post = world.post(anna, world.channel(world.group(anna)))
    for number in range(MOST_EDITS):
        world.do(EditPost(principal=anna, post_id=post.id, title=f"Version {number}"))
    with pytest.raises(PostEditedTooOften):
        world.do(EditPost(principal=anna, post_id=post.id, title="One more"))


def test_only_the_author_edits() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    group = world.group(anna)
    world.join(ben, group, "owner")
    post = world.post(anna, world.channel(group))
    for other in (ben, world.person("ada", "admin")):
        with pytest.raises(NotAllowed):
            world.do(EditPost(principal=other, post_id=post.id, title="Mine now"))


def test_deleting_removes_every_text_that_the_post_ever_had() -> None:
    world = World()
    anna = world.person("anna")
    post = world.post(anna, world.channel(world.group(anna)))
    world.do(EditPost(principal=anna, post_id=post.id, text="Who is coming?"))
    event = world.happens(DeletePost(principal=anna, post_id=post.id))
    assert isinstance(event, events.PostDeleted)
    assert (event.reason, event.previous) == ("author", "published")
    assert not any(kind in {PostText, PostRevision} for kind, _ in world.stored)
    assert world.happened(DeletePost(principal=anna, post_id=post.id)) == []
    with pytest.raises(PostDeleted):
        world.do(EditPost(principal=anna, post_id=post.id, title="Back"))


def test_those_who_moderate_delete_what_others_wrote() -> None:
    world = World()
    anna, ben, cleo = (world.person(name) for name in ("anna", "ben", "cleo"))
    group = world.group(anna, ben)
    world.join(cleo, group, "moderator")
    channel = world.channel(group)
    with pytest.raises(NotAllowed):
        world.do(DeletePost(principal=ben, post_id=world.post(anna, channel).id))
    for moderator in (cleo, world.person("mo", "moderator")):
        event = world.happens(DeletePost(principal=moderator, post_id=world.post(anna, channel).id))
        assert event.reason == "moderation"
        assert world.events[-1].actor == moderator.person_id


def test_a_deleted_post_of_a_closed_group_never_was_for_outsiders() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, visibility="closed")))
    world.do(DeletePost(principal=anna, post_id=post.id))
    with pytest.raises(PostNotFound):
        world.do(EditPost(principal=ben, post_id=post.id, title="x"))


@pytest.mark.parametrize("visibility", ["open", "closed", "secret"])
def test_a_post_says_which_group_reads_it(visibility: str) -> None:
    world = World()
    anna = world.person("anna")
    group = world.group(anna, visibility=visibility)
    post = world.post(anna, world.channel(group))
    assert post.readers == (EVERYONE if visibility == "open" else group)
