"""Whom events named while a group was open is found by no alias once it is closed."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest

from services.posts.commands.cleanup import RemovePost
from services.posts.commands.erasures import ForgetComment
from services.posts.commands.first_answers import CorrectFirstAnswer
from services.posts.commands.reactions import ReactToComment
from services.posts.commands.views import ViewPost
from services.posts.domain.audience import Group
from services.posts.domain.post import Post
from shared.contract.aliases import Aliases
from shared.contract.events.disclosure import Disclosure
from shared.contract.events.groups import GroupChanged, GroupDeleted
from shared.contract.events.traces import TraceAliases
from shared.delivery.command import SETTLED, Command, Occurred
from tests.unit.posts.test_concealment import post_without_answer
from tests.unit.posts.test_erasures import erase
from tests.unit.posts.world import World
from tooling.sample_events import sample

ANNA, BEN, CLEO = (f"5f0c1c1e-8a52-4a6b-9d0e-3b1f6a5c1e{number:02x}" for number in range(3))
ALIASES = Aliases(b"a key for tests only")


class Course(World):
    """A group with three members that is opened and closed, and what is told of it.

    Attributes:
        group_id: The group.
        place: A channel of it.
    """

    def __init__(self, visibility: str) -> None:
        super().__init__()
        self.anna, self.ben, self.cleo = (self.person(who) for who in (ANNA, BEN, CLEO))
        self.group_id = self.group(self.anna, self.ben, self.cleo, visibility=visibility)
        self.place = self.channel(self.group_id)

    def turn(self, visibility: str) -> None:
        """The group is open to all from now on, or closed."""
        self.hear(sample(GroupChanged, group_id=self.group_id, visibility=visibility))

    def later(self) -> None:
        """Every command has ended that may have seen the group as it was before."""
        self.now += timedelta(seconds=SETTLED + 1)

    def told(self, command: Command) -> list[Occurred]:
        """What a command tells."""
        before = len(self.events)
        self.do(command)
        return self.events[before:]


def names(told: Sequence[Occurred], fields: Sequence[str] = ()) -> set[str]:
    """All the names of people in what is published of some events, or those in some fields."""
    disclosure = Disclosure(ALIASES, TraceAliases(b"a key for tests only"))
    found: set[str] = set()
    for happened in told:
        data, actor = disclosure.publishable(*happened)
        said = msgspec.structs.asdict(data) | {"actor": actor}
        wanted = fields or ("author", "comment_author", "parent_author", "actor")
        found |= {said[field] for field in wanted if said.get(field)}
    return found


@pytest.mark.parametrize("before", ["open", "secret"])
def test_what_was_made_before_a_group_was_closed_tells_nobodys_alias_in_it(before: str) -> None:
    """Also of a group that was closed, open for a while, and is closed again."""
    course = Course(before)
    post = course.post(course.anna, course.place)
    comment = course.comment(course.ben, post)
    course.turn("open")
    course.comment(course.cleo, post, comment.id)
    course.turn("secret")
    course.later()
    earlier, course.events[:] = list(course.events), []
    assert {ANNA, BEN} <= names(earlier)

    for who in (course.anna, course.ben, course.cleo):
        course.do(ViewPost(who, post.id))
        course.do(ReactToComment(who, comment.id, "like"))
    course.do(course.deletion(course.ben, comment.id))
    old = names(course.events, ("author", "comment_author"))
    assert len(old) == 2
    assert not old & {ANNA, BEN, CLEO}

    course.events.clear()
    for who in (course.anna, course.ben, course.cleo):
        new = course.post(who, course.place)
        for other in (course.anna, course.ben, course.cleo):
            answer = course.comment(other, new)
            course.do(ReactToComment(course.anna, answer.id, "like"))
            course.do(ViewPost(other, new.id))
    shown = names(course.events, ("author", "comment_author"))
    assert len(shown) == 3, "in here one person has one alias"
    assert not names(course.events) & (old | names(earlier))


def test_a_new_comment_is_told_apart_from_the_old_ones_on_an_old_post() -> None:
    course = Course("open")
    post = course.post(course.anna, course.place)
    first = course.comment(course.ben, post)
    course.turn("closed")
    course.later()
    course.events.clear()
    course.comment(course.ben, post, first.id)
    said = names(course.events, ("comment_author",))
    assert not said & names(course.events, ("parent_author", "author"))
    course.events.clear()
    course.post(course.ben, course.place)
    assert names(course.events) == said, "what is new goes together"


def test_who_comments_on_their_own_old_post_is_told_as_its_author() -> None:
    """`own` says that it is they, and would join what they do in the group now with their id."""
    course = Course("open")
    post = course.post(course.anna, course.place)
    course.turn("closed")
    course.later()
    thread = course.comment(course.ben, post)
    course.events.clear()
    course.comment(course.anna, post, thread.id)
    assert len(names(course.events, ("author", "comment_author", "actor"))) == 1
    own = names(course.events, ("comment_author",))
    course.events.clear()
    course.post(course.anna, course.place)
    assert not names(course.events) & own


def test_each_old_thing_stands_alone() -> None:
    course = Course("open")
    post, other = (course.post(course.anna, course.place) for _ in range(2))
    comments = [course.comment(course.ben, post) for _ in range(2)]
    course.turn("secret")
    told = [names(course.told(ViewPost(course.cleo, one.id)), ("author",)) for one in (post, other)]
    told += [
        names(course.told(ReactToComment(course.cleo, comment.id, "like")), ("comment_author",))
        for comment in comments
    ]
    assert len(set.union(*told)) == 4


def test_what_a_command_made_that_still_saw_the_group_open_tells_nobodys_alias_either() -> None:
    course = Course("open")
    known = course.find(Group, course.group_id)
    course.turn("secret")
    closed = course.find(Group, course.group_id)
    course.now += timedelta(seconds=SETTLED / 2)
    course.store(known)
    post = course.post(course.anna, course.place)
    course.store(closed)
    course.later()
    old = names(course.told(ViewPost(course.ben, post.id)), ("author",))
    course.events.clear()
    course.post(course.anna, course.place)
    assert not names(course.events) & (old | {ANNA})


def test_what_the_service_does_by_itself_keeps_to_it() -> None:
    """Where nobody asks the group is read for this alone."""
    course = Course("open")
    post = course.post(course.anna, course.place)
    comment = course.comment(course.ben, post)
    course.turn("secret")
    course.later()
    course.events.clear()
    course.store(post_without_answer(course, post))
    told = course.told(CorrectFirstAnswer(post.id, comment.id))
    forgotten = ForgetComment(erase(course, course.ben, "deleted"), comment.id, None)
    course.store(course.find(Post, post.id).correct_first_answer(None, course.now))
    told += course.told(forgotten)
    assert len(told) == 2
    [old] = names(told, ("author",))
    course.events.clear()
    course.post(course.anna, course.place)
    assert old not in names(course.events) | {ANNA}


def test_a_group_that_is_deleted_while_it_is_open_tells_nobodys_alias_of_the_time_before() -> None:
    course = Course("secret")
    post = course.post(course.anna, course.place)
    before = names(course.events)
    course.turn("open")
    course.hear(sample(GroupDeleted, group_id=course.group_id, visibility="open"))
    assert not names(course.told(RemovePost(post.id)), ("author",)) & (before | {ANNA})


def test_a_group_that_was_never_open_keeps_its_aliases() -> None:
    course = Course("secret")
    post = course.post(course.anna, course.place)
    before = names(course.events)
    course.turn("closed")
    assert course.find(Group, course.group_id).closed_since is None
    assert names(course.told(ViewPost(course.ben, post.id)), ("author",)) == before
