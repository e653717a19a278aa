"""What events about posts add to the stored numbers."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from services.metrics.projection import PartitionIncrements, fold
from services.metrics.projection.increments import PostIncrement
from services.metrics.projection.posts import PostsFold
from shared.contract.events import posts, responses
from shared.contract.ids import new_id
from tests.support.metrics import NOON, Story, deeds_of, told
from tooling.sample_events import sample

DAY = timedelta(days=1)


@pytest.fixture
def story() -> Story:
    return Story(fold("mitmach.posts.v1/0"))


def only_post(taken: PartitionIncrements) -> PostIncrement:
    ((_, post),) = taken.posts
    return post


def types(taken: PartitionIncrements) -> Counter[str]:
    """How many events of each type were counted."""
    counted: Counter[str] = Counter()
    for tally, count in taken.tallies.items():
        counted[tally.type] += count
    return counted


def test_views_count_once_per_person_and_every_event_is_tallied(story: Story) -> None:
    story.viewed("bea")
    story.viewed("bea", first=False, after=DAY)
    story.viewed("col")

    taken = story.fold.take()

    post = only_post(taken)
    assert (post.viewed, post.viewers) == (3, 2)
    assert taken.views == {"video": 2}
    assert types(taken) == {"mitmach.post.viewed": 3}
    assert deeds_of(taken) == {
        (date(2026, 11, 20), "viewed"): {"bea", "col"},
        (date(2026, 11, 21), "viewed"): {"bea"},
    }


def test_an_interaction_implies_a_view(story: Story) -> None:
    story.reacted("bea")

    taken = story.fold.take()

    post = only_post(taken)
    assert (post.viewers, post.interactors, post.interactors_7d) == (1, 1, 1)
    assert taken.views == {"video": 1}
    assert (NOON.date(), "interacted") in deeds_of(taken)


def test_the_author_is_no_viewer_and_no_interactor_of_their_own_post(story: Story) -> None:
    story.viewed("ada")
    story.reacted("ada", already=True)
    story.commented("ada", already=True)

    post = only_post(story.fold.take())

    assert (post.viewers, post.viewers_own) == (1, 1)
    assert (post.interactors, post.comments_7d, post.reactions_7d) == (0, 0, 0)
    assert post.first_response_at is None
    assert (post.comments, post.reactions) == (1, 1)


def test_views_from_outside_of_the_audience_are_spill(story: Story) -> None:
    story.viewed("bea")
    story.viewed("eve", inside=False)

    post = only_post(story.fold.take())

    assert (post.viewers, post.viewers_spill) == (2, 1)


def test_after_seven_days_a_post_is_not_counted_for_rates_any_more(story: Story) -> None:
    last_moment = 7 * DAY - timedelta(microseconds=1)
    story.viewed("bea", after=last_moment)
    story.commented("bea", already=True, after=last_moment)
    story.viewed("col", after=7 * DAY)
    story.reacted("dan", after=7 * DAY)

    post = only_post(story.fold.take())

    assert (post.viewers, post.viewers_late) == (3, 2)
    assert (post.interactors, post.interactors_7d) == (1, 0)
    assert (post.comments_7d, post.reactions_7d) == (1, 0)


def test_who_takes_everything_back_is_no_interactor_any_more(story: Story) -> None:
    story.reacted("bea")
    story.commented("bea", already=True)
    story.unreacted("bea", still=True)
    assert only_post(story.fold.take()).interactors_7d == 1

    story.tell(
        responses.CommentDeleted,
        "bea",
        comment_author="bea",
        still_interacting=False,
        previous="published",
    )

    post = only_post(story.fold.take())
    assert (post.interactors, post.interactors_7d, post.comments_7d) == (-1, -1, -1)


def test_a_moderator_who_hides_a_comment_takes_back_what_its_author_did(story: Story) -> None:
    story.commented("bea")
    about: dict[str, Any] = {"comment_author": "bea", "still_interacting": False}
    story.tell(responses.CommentHidden, "moderator", **about)
    story.tell(responses.CommentDeleted, "bea", **about, previous="hidden")

    taken = story.fold.take()

    post = only_post(taken)
    assert (post.interactors_7d, post.comments, post.comments_gone, post.comments_7d) == (
        0,
        1,
        1,
        0,
    )
    assert not any("moderator" in people for people in deeds_of(taken).values())


def test_a_restored_comment_counts_again(story: Story) -> None:
    story.commented("bea")
    story.tell(responses.CommentHidden, "moderator", comment_author="bea", still_interacting=False)
    story.tell(responses.CommentRestored, "moderator", comment_author="bea", was_interacting=False)

    post = only_post(story.fold.take())

    assert (post.interactors_7d, post.comments_gone, post.comments_7d) == (1, 0, 1)


def test_a_reaction_to_a_comment_is_no_reaction_to_the_post(story: Story) -> None:
    story.reacted("bea", comment_id="c", comment_author="ada")

    taken = story.fold.take()

    post = only_post(taken)
    assert (post.reactions, post.comment_reactions, post.reactions_7d) == (0, 1, 0)
    assert post.interactors_7d == 1
    (tally,) = taken.tallies
    assert tally.surface == "comment"


def test_a_changed_vote_is_no_second_interaction(story: Story) -> None:
    said: dict[str, Any] = {
        "first_view": True,
        "was_interacting": False,
        "in_audience": True,
        "options": (1,),
    }
    story.tell(responses.PollVoted, "bea", **said, previous=())
    story.tell(
        responses.PollVoted,
        "bea",
        **said | {"first_view": False, "was_interacting": True},
        previous=(0,),
    )

    taken = story.fold.take()

    post = only_post(taken)
    assert (post.poll_votes, post.poll_votes_changed, post.interactors_7d) == (1, 1, 1)
    assert types(taken) == {"mitmach.poll.voted": 2}


def test_the_vote_of_the_author_in_their_own_poll_is_no_interaction_of_others(
    story: Story,
) -> None:
    """Under an alias it doesn't say who voted; `own` says that it was the author."""
    said: dict[str, Any] = {"own": True, "in_audience": False}
    begun = said | {"first_view": True, "was_interacting": False, "options": (1,), "previous": ()}
    story.tell(responses.PollVoted, "p1", **begun)
    taken = story.fold.take()
    post = only_post(taken)
    assert (post.viewers, post.viewers_own, post.viewers_spill) == (1, 1, 0)
    assert (post.poll_votes, post.interactors, post.interactors_7d) == (1, 0, 0)

    story.tell(responses.PollVoteWithdrawn, "p1", **said, still_interacting=False, previous=(1,))
    post = only_post(story.fold.take())
    assert (post.poll_votes_gone, post.interactors, post.interactors_7d) == (1, 0, 0)


def test_a_commenter_who_reacts_to_their_own_comment_interacts_with_the_post(story: Story) -> None:
    """There `own` says that the comment is theirs, or the post: the actor tells which."""
    on_it: dict[str, Any] = {"comment_id": new_id(), "comment_author": "bea", "own": True}
    story.reacted("bea", **on_it)
    story.reacted("ada", **on_it)
    assert only_post(story.fold.take()).interactors == 1
    story.unreacted("bea", **on_it)
    story.unreacted("ada", **on_it)
    assert only_post(story.fold.take()).interactors == -1


def test_three_shares_of_one_person_are_one_share_of_the_post_and_three_acts(
    story: Story,
) -> None:
    said: dict[str, Any] = {"first_view": False, "was_interacting": True, "in_audience": True}
    for who, first in (("bea", True), ("bea", False), ("bea", False), ("cem", True)):
        story.tell(posts.PostShared, who, **said, first_share=first)

    taken = story.fold.take()

    assert only_post(taken).shares == 2
    assert types(taken) == {"mitmach.post.shared": 4}


def test_publishing_is_a_creation_of_its_author_also_when_the_clock_does_it(story: Story) -> None:
    story.tell(posts.PostPublished, None, audience_size=12)

    taken = story.fold.take()

    post = only_post(taken)
    assert (post.audience_size, post.status, post.facts_changed) == (12, "published", True)
    assert deeds_of(taken)[NOON.date(), "created"] == {"ada"}
    assert deeds_of(taken)[NOON.date(), "contributed"] == {"ada"}
    (group,) = taken.groups.values()
    assert (group.posts, group.contributed_at) == (1, NOON)


def test_the_first_answer_of_another_person_is_remembered(story: Story) -> None:
    story.commented("ada", after=timedelta(minutes=1))
    story.commented("bea", after=timedelta(minutes=5))
    story.commented("col", after=timedelta(minutes=9))

    assert only_post(story.fold.take()).first_response_at == NOON + timedelta(minutes=5)


@pytest.mark.parametrize("kind", [responses.CommentDeleted, responses.CommentHidden])
def test_an_answer_that_is_gone_answers_no_more(
    story: Story, kind: type[responses.CommentDeleted | responses.CommentHidden]
) -> None:
    gone: dict[str, Any] = {
        "comment_author": "bea",
        "still_interacting": False,
        "after": timedelta(minutes=20),
    }
    story.commented("bea", after=timedelta(minutes=5))
    story.unanswered(kind, "bea", **gone)
    first = only_post(story.fold.take())
    assert (first.first_response_at, bool(first.response_told)) == (None, True)

    story.commented("col", after=timedelta(minutes=30))
    story.commented("dan", after=timedelta(minutes=40))
    assert only_post(story.fold.take()).first_response_at == NOON + timedelta(minutes=30)

    story.unanswered(kind, "col", **gone)
    assert only_post(story.fold.take()).first_response_at == NOON + timedelta(minutes=40)


def test_a_comment_that_is_back_may_be_the_first_answer_again(story: Story) -> None:
    story.commented("bea", after=timedelta(minutes=30))
    story.tell(
        responses.CommentRestored,
        "moderator",
        comment_author="col",
        was_interacting=False,
        first_response=True,
        first_response_at=NOON + timedelta(minutes=2),
        after=timedelta(minutes=50),
    )

    assert only_post(story.fold.take()).first_response_at == NOON + timedelta(minutes=2)


def test_a_corrected_first_answer_is_the_last_word_until_the_next(story: Story) -> None:
    story.commented("bea", after=timedelta(minutes=5))
    story.unanswered(
        responses.CommentDeleted,
        "bea",
        comment_author="bea",
        previous="published",
        still_interacting=False,
        after=timedelta(minutes=20),
    )
    found: dict[str, Any] = {
        "first_response_at": NOON + timedelta(minutes=19),
        "after": timedelta(minutes=21),
    }
    story.tell(responses.FirstResponseCorrected, None, **found)
    post = only_post(story.fold.take())
    assert post.first_response_at == NOON + timedelta(minutes=19)
    assert (post.interactors, post.comments, post.comments_gone) == (0, 1, 1)

    story.tell(responses.FirstResponseCorrected, None)
    post = only_post(story.fold.take())
    assert (post.first_response_at, bool(post.response_told)) == (None, True)

    story.tell(responses.FirstResponseCorrected, None, **found)
    story.commented("col", after=timedelta(minutes=30), first_response=True)
    assert only_post(story.fold.take()).first_response_at == NOON + timedelta(minutes=30)


def test_comments_that_answer_nothing_say_nothing_of_the_first_answer(story: Story) -> None:
    story.commented("bea", first_response=False)
    gone: dict[str, Any] = {"comment_author": "bea", "still_interacting": False}
    story.tell(responses.CommentDeleted, "bea", first_response=False, **gone)

    assert only_post(story.fold.take()).response_told == ""


def test_what_happens_after_an_edit_counts_for_the_new_format(story: Story) -> None:
    story.viewed("bea")
    story.about |= {"format": "photo", "topics": ("summer",)}
    story.tell(posts.PostEdited, "ada")
    story.viewed("col")

    taken = story.fold.take()

    assert taken.views == {"video": 1, "photo": 1}
    before, after = (post for _, post in taken.posts)
    assert (before.format, before.facts_changed) == ("video", False)
    assert (after.format, after.topics, after.facts_changed) == ("photo", ("summer",), True)


def test_hiding_restoring_and_deleting_change_the_status(story: Story) -> None:
    for kind, status in (
        (posts.PostHidden, "hidden"),
        (posts.PostRestored, "published"),
        (posts.PostDeleted, "deleted"),
    ):
        story.tell(kind, "moderator")
        assert only_post(story.fold.take()).status == status


def test_taking_starts_empty(story: Story) -> None:
    story.published()
    story.viewed("bea")
    assert story.fold.size() > 0

    first = story.fold.take()

    assert (first.oldest, first.newest) == (NOON, NOON)
    again = story.fold.take()
    assert again == PartitionIncrements()
    assert story.fold.size() == again.documents()


def test_a_broken_event_adds_nothing(story: Story) -> None:
    event = told(sample(posts.PostViewed, post_id="p"), actor="bea")
    event.data.published_at = None

    with pytest.raises(ValueError, match="published"):
        story.fold.apply(event)

    taken = story.fold.take()
    assert not taken.tallies
    assert not taken.posts
    assert not deeds_of(taken)


def test_where_a_flush_ends_makes_no_difference() -> None:
    def happens(story: Story) -> None:
        story.published()
        story.viewed("bea")
        story.reacted("col")
        story.about["format"] = "photo"
        story.tell(posts.PostEdited, "ada")
        story.commented("bea", already=True)
        story.unreacted("col")

    class Impatient(PostsFold):
        """Takes after every event."""

        def __init__(self) -> None:
            super().__init__()
            self.all: list[PartitionIncrements] = []

        def apply(self, event: object) -> None:
            super().apply(event)  # type: ignore[arg-type]
            self.all.append(self.take())

    at_once, bit_by_bit = Story(PostsFold()), Story(Impatient())
    happens(at_once)
    happens(bit_by_bit)

    once, bits = at_once.fold.take(), bit_by_bit.fold.all
    assert once.tallies == _summed([part.tallies for part in bits])
    assert once.views == _summed([part.views for part in bits])
    for name in ("viewers", "interactors_7d", "comments", "reactions_gone"):
        whole = sum(getattr(post, name) for _, post in once.posts)
        assert whole == sum(getattr(post, name) for part in bits for _, post in part.posts)


def _summed(parts: list[dict]) -> dict:  # type: ignore[type-arg]
    total: Counter = Counter()  # type: ignore[type-arg]
    for part in parts:
        total.update(part)
    return dict(total)
