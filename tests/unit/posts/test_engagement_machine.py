"""Whatever people do in whatever order: the flags of the events add up to who did what.

The model remembers everything; the service remembers one document per person and post, and readers
nothing but sums of flags. All three must agree after each step.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from services.posts.commands.comments import AddComment
from services.posts.commands.first_answers import CorrectFirstAnswer
from services.posts.commands.reactions import (
    ReactToComment,
    ReactToPost,
    TakeBackCommentReaction,
    TakeBackReaction,
)
from services.posts.commands.shares import SharePost
from services.posts.commands.views import ViewPost, ViewPosts
from services.posts.domain.comment import Comment
from services.posts.domain.post import Post
from services.posts.worker.engagement_counts import EngagementIncrements
from shared.contract.errors import Refusal
from shared.contract.events.posts import Interaction, PostViewed, Retraction
from shared.contract.events.responses import CommentAdded, CommentDeleted, FirstResponseCorrected
from shared.delivery.command import Command
from tests.unit.posts.world import World

PEOPLE = ("anna", "ben", "cleo")
NUMBER_OF_POSTS = 2
people = st.sampled_from(PEOPLE)
numbers = st.integers(0, NUMBER_OF_POSTS - 1)
kinds = st.sampled_from(["like", "thanks", "funny"])


@dataclass
class Remembered:
    """Everything that happened to one post."""

    views: set[tuple[str, str]] = field(default_factory=set)  # person and day
    reactions: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)  # author by comment
    comment_reactions: dict[tuple[str, str], str] = field(default_factory=dict)
    shares: list[str] = field(default_factory=list)
    ever: set[str] = field(default_factory=set)

    def viewers(self) -> set[str]:
        return {person for person, _ in self.views}

    def interacting(self) -> set[str]:
        reacting = {person for _, person in self.comment_reactions}
        return {*self.reactions, *self.comments.values(), *reacting, *self.shares}

    def interact(self, person: str, day: str) -> None:
        self.ever.add(person)
        if person not in self.viewers():
            self.views.add((person, day))


class Engagement(RuleBasedStateMachine):
    """Three people, two posts, and whatever they do."""

    comments = Bundle("comments")

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.who = {name: self.world.person(name) for name in PEOPLE}
        self.moderator = self.world.person("mo", "moderator")
        channel = self.world.channel(self.world.group(*self.who.values()))
        self.posts = [self.world.post(self.who["anna"], channel) for _ in range(NUMBER_OF_POSTS)]
        self.model = [Remembered() for _ in self.posts]

    def day(self) -> str:
        return self.world.now.date().isoformat()

    def answers(self, number: int) -> Iterator[str]:
        comments = self.model[number].comments
        return (comment_id for comment_id, name in comments.items() if name != "anna")

    def refused(self, command: Command) -> bool:
        try:
            self.world.do(command)
        except Refusal:
            return True
        return False

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.world.now += timedelta(hours=hours)

    @rule(name=people, number=numbers)
    def view(self, name: str, number: int) -> None:
        self.world.do(ViewPost(self.who[name], self.posts[number].id))
        self.model[number].views.add((name, self.day()))

    @rule(name=people, several=st.lists(numbers, max_size=4))
    def view_many(self, name: str, several: list[int]) -> None:
        ids = tuple(self.posts[number].id for number in several)
        self.world.do(ViewPosts(self.who[name], ids))
        for number in several if name != "anna" else []:  # not those of one's own posts
            self.model[number].views.add((name, self.day()))

    @rule(name=people, number=numbers, kind=kinds)
    def react(self, name: str, number: int, kind: str) -> None:
        command = ReactToPost(self.who[name], self.posts[number].id, kind)  # type: ignore[arg-type]
        self.world.do(command)
        self.model[number].interact(name, self.day())
        self.model[number].reactions[name] = kind

    @rule(name=people, number=numbers)
    def take_back(self, name: str, number: int) -> None:
        self.world.do(TakeBackReaction(self.who[name], self.posts[number].id))
        self.model[number].reactions.pop(name, None)

    @rule(target=comments, name=people, number=numbers)
    def comment(self, name: str, number: int) -> tuple[int, str]:
        return self.added(name, number)

    def added(self, name: str, number: int) -> tuple[int, str]:
        comment_id = self.world.new_id()
        self.world.do(
            AddComment(
                principal=self.who[name],
                comment_id=comment_id,
                post_id=self.posts[number].id,
                text="Yes.",
            )
        )
        self.model[number].interact(name, self.day())
        self.model[number].comments[comment_id] = name
        return number, comment_id

    @rule(comment=comments, moderated=st.booleans())
    def delete_comment(self, comment: tuple[int, str], moderated: bool) -> None:
        number, comment_id = comment
        author = self.model[number].comments.pop(comment_id, "anna")
        actor = self.moderator if moderated or author == "anna" else self.who[author]
        self.world.do(self.world.deletion(actor, comment_id))

    @rule(target=comments, name=people, number=numbers)
    def comment_while_the_first_answer_is_deleted(self, name: str, number: int) -> tuple[int, str]:
        standing = [*self.answers(number)][:1]
        deletions = [self.world.deletion(self.moderator, comment_id) for comment_id in standing]
        added = self.added(name, number)
        for deletion in deletions:
            self.world.do(deletion)
            del self.model[number].comments[deletion.comment_id]
            first = next(self.answers(number), None)
            self.world.do(CorrectFirstAnswer(self.posts[number].id, first))
        return added

    @rule(comment=comments, name=people, kind=kinds)
    def react_to_comment(self, comment: tuple[int, str], name: str, kind: str) -> None:
        number, comment_id = comment
        command = ReactToComment(self.who[name], comment_id, kind)  # type: ignore[arg-type]
        if self.refused(command):
            assert comment_id not in self.model[number].comments
        else:
            self.model[number].interact(name, self.day())
            self.model[number].comment_reactions[comment_id, name] = kind

    @rule(comment=comments, name=people)
    def take_back_from_comment(self, comment: tuple[int, str], name: str) -> None:
        number, comment_id = comment
        if not self.refused(TakeBackCommentReaction(self.who[name], comment_id)):
            self.model[number].comment_reactions.pop((comment_id, name), None)

    @rule(name=people, number=numbers)
    def share(self, name: str, number: int) -> None:
        self.world.do(SharePost(principal=self.who[name], post_id=self.posts[number].id))
        self.model[number].interact(name, self.day())
        self.model[number].shares.append(name)

    @invariant()
    def the_first_answer_is_the_first_that_stands(self) -> None:
        for number, post in enumerate(self.posts):
            first = next(self.answers(number), None)
            assert self.world.find(Post, post.id).first_answer == first
            told = None  # as a reader of the events knows it, who keeps nothing else
            for occurred in self.world.events:
                if getattr(occurred.data, "post_id", None) != post.id:
                    continue
                if isinstance(occurred.data, CommentAdded) and occurred.data.first_response:
                    told = self.world.find(Comment, occurred.data.comment_id).added_at
                elif isinstance(occurred.data, FirstResponseCorrected) or (
                    isinstance(occurred.data, CommentDeleted) and occurred.data.first_response
                ):
                    told = occurred.data.first_response_at
            assert told == (None if first is None else self.world.find(Comment, first).added_at)

    @invariant()
    def flags_add_up(self) -> None:
        for post, model in zip(self.posts, self.model, strict=True):
            events = [
                occurred.data
                for occurred in self.world.events
                if getattr(occurred.data, "post_id", None) == post.id
            ]
            seen = [event for event in events if isinstance(event, PostViewed | Interaction)]
            acts = [event for event in events if isinstance(event, Interaction)]
            ends = [event for event in events if isinstance(event, Retraction)]
            assert sum(event.first_view for event in seen) == len(model.viewers())
            assert sum(event.first_interaction for event in acts) == len(model.ever)
            interacting = sum(not event.was_interacting for event in acts) - sum(
                not event.still_interacting for event in ends
            )
            assert interacting == len(model.interacting())

    @invariant()
    def what_is_left_out_of_rates_neither_begins_nor_ends_anything_else(self) -> None:
        # A reader that ignores `own` events must find the same interactors besides the author.
        for post, model in zip(self.posts, self.model, strict=True):
            others = [
                occurred.data
                for occurred in self.world.events
                if getattr(occurred.data, "post_id", None) == post.id
                and not getattr(occurred.data, "own", True)
            ]
            net = sum(
                isinstance(event, Interaction) and not event.was_interacting for event in others
            )
            net -= sum(
                isinstance(event, Retraction) and not event.still_interacting for event in others
            )
            assert net == len(model.interacting() - {"anna"})

    @invariant()
    def counts_beside_posts_are_right(self) -> None:
        counted = EngagementIncrements()
        for occurred in self.world.events:
            counted.apply(occurred.data)
        for post, model in zip(self.posts, self.model, strict=True):
            expected = Counter(f"reactions.{kind}" for kind in model.reactions.values())
            expected["comments"] = len(model.comments)
            expected["shares"] = len(set(model.shares))
            expected["views"] = len(model.views)
            expected["viewers"] = len(model.viewers())
            assert +counted.posts.get(post.id, Counter()) == +expected
            for comment_id in model.comments:
                kinds_now = Counter(
                    f"reactions.{kind}"
                    for (comment, _), kind in model.comment_reactions.items()
                    if comment == comment_id
                )
                assert +counted.comments.get(comment_id, Counter()) == kinds_now


Engagement.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestEngagement = Engagement.TestCase
