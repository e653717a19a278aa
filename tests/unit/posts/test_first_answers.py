"""Which comment answers a post first is corrected after a deletion, decided."""

import msgspec
import pytest

from services.posts.commands.first_answers import CorrectFirstAnswer
from services.posts.commands.posts import DeletePost
from services.posts.domain.comment import Comment
from services.posts.domain.post import Post
from shared.contract.events.responses import FirstResponseCorrected
from shared.contract.ids import new_id
from shared.contract.principal import Principal
from tests.unit.posts.world import World


class Question:
    """Anna's post, whose only answer was deleted when Cleo's comment came at the same moment."""

    def __init__(self) -> None:
        self.world = World()
        people = (self.world.person(name) for name in ("anna", "ben", "cleo"))
        self.anna, self.ben, self.cleo = people
        channel = self.world.channel(self.world.group(self.anna, self.ben, self.cleo))
        self.id = self.world.post(self.anna, channel).id
        only = self.comment(self.ben)
        deletion = self.world.deletion(self.ben, only.id)  # it looks, and finds no other answer
        self.missed = self.comment(self.cleo)
        self.world.do(deletion)

    def first_answer(self) -> str | None:
        """Which comment answers the post first, as the post says."""
        return self.post.first_answer

    @property
    def post(self) -> Post:
        return self.world.find(Post, self.id)

    def comment(self, who: Principal) -> Comment:
        self.world.wait(seconds=1)
        return self.world.comment(who, self.post)

    def told(self, comment_id: str | None) -> list[FirstResponseCorrected]:
        """What is told when this was looked up."""
        events = self.world.happened(CorrectFirstAnswer(self.id, comment_id))
        assert all(isinstance(event, FirstResponseCorrected) for event in events)
        return events  # type: ignore[return-value]


@pytest.fixture
def question() -> Question:
    return Question()


def test_a_comment_that_a_deletion_missed_is_named_once(question: Question) -> None:
    assert question.first_answer() is None
    (event,) = question.told(question.missed.id)
    assert (event.comment_id, event.first_response_at) == (
        question.missed.id,
        question.missed.added_at,
    )
    assert (event.post_id, event.author) == (question.id, question.anna.person_id)
    assert question.world.events[-1].actor is None
    assert question.first_answer() == question.missed.id
    assert question.told(question.missed.id) == []


def test_the_earlier_answer_wins_over_one_that_came_while_there_seemed_to_be_none(
    question: Question,
) -> None:
    later = question.comment(question.ben)
    assert question.first_answer() == later.id
    (event,) = question.told(question.missed.id)
    assert event.first_response_at == question.missed.added_at
    assert question.told(later.id) == []  # looked up before the correction
    assert question.first_answer() == question.missed.id


def test_a_correction_is_looked_at_again(question: Question) -> None:
    marked = question.post.answer_unsettled_since
    question.world.wait(seconds=5)
    question.told(question.missed.id)
    again = question.post.answer_unsettled_since
    assert marked is not None
    assert again is not None
    assert again > marked


def test_a_first_answer_that_was_deleted_by_who_saw_another_one_answers_no_more(
    question: Question,
) -> None:
    question.told(question.missed.id)
    question.world.store(msgspec.structs.replace(question.missed, deleted_at=question.world.now))
    (event,) = question.told(None)
    assert (event.comment_id, event.first_response_at) == (None, None)
    assert question.first_answer() is None
    assert question.told(None) == []


def test_what_was_looked_up_and_is_gone_is_not_named(question: Question) -> None:
    question.world.do(question.world.deletion(question.cleo, question.missed.id))
    for comment_id in (question.missed.id, new_id(), None):
        assert question.told(comment_id) == []
    assert question.first_answer() is None
    # Nor does that mean that none stands where the first answer is gone too.
    question.world.store(msgspec.structs.replace(question.post, first_answer=new_id()))
    assert question.told(question.missed.id) == []


def test_no_answer_is_taken_from_a_post_because_none_was_found(question: Question) -> None:
    later = question.comment(question.ben)  # came after the look-up
    assert question.told(None) == []
    assert question.first_answer() == later.id


def test_a_post_that_is_deleted_or_settled_is_left_alone(question: Question) -> None:
    post = question.post
    question.world.do(DeletePost(principal=question.anna, post_id=question.id))
    assert question.told(question.missed.id) == []
    question.world.store(msgspec.structs.replace(post, answer_unsettled_since=None))
    assert question.told(question.missed.id) == []
    assert question.world.happened(CorrectFirstAnswer(new_id(), question.missed.id)) == []
