"""What a person is in a contest: somebody who enters it or somebody who decides about it.

Never both. Who has ever entered a contest, be the entry withdrawn or rejected since, neither
accepts nor rejects entries of it, nor moves it on by hand, nor cancels it; administrators too.
To open and close phases decides who can still enter and vote, and to cancel takes the prize from
those who would have won. Only to publish a result that has been counted is left to them: it
changes nothing. And who has decided about an entry doesn't enter any more.
"""

from typing import ClassVar

import msgspec
from msgspec.structs import replace

from shared.contract.errors import Category, Refusal
from shared.delivery.command import Entity


class Participation(Entity, frozen=True, kw_only=True):
    """One person in one contest: there since their first entry, or their first review.

    Every command that changes how many of their entries stand writes it, so two at once can't both
    take the last free place; and so does every first review, so that a person can't become entrant
    and reviewer at once.

    Attributes:
        standing: Their entries that are neither withdrawn nor rejected.
        entered: They have entered something, whatever has become of it.
        late: They had entered nothing before, and weren't among those who could enter when the
            contest was announced.
        reviews: They have accepted or rejected an entry, or agreed to its rejection.
    """

    collection: ClassVar[str] = "participations"
    standing: list[str] = msgspec.field(default_factory=list)
    entered: bool = True
    late: bool = False
    reviews: bool = False


class EntrantCannotDecide(Refusal):
    """Nobody is the judge of a contest that they could win."""

    category = Category.FORBIDDEN
    title = "Who has entered a contest doesn't decide about it"

    def __init__(
        self,
        detail: str = "You have entered this contest. Ask another of its organisers, or an"
        " administrator.",
    ) -> None:
        super().__init__(detail)


class ReviewerCannotEnter(Refusal):
    """Who has judged the entries of others has none of their own."""

    category = Category.FORBIDDEN
    title = "Who has reviewed entries of a contest doesn't enter it"

    def __init__(
        self, detail: str = "You have accepted or rejected an entry of this contest."
    ) -> None:
        super().__init__(detail)


def participation_id(contest_id: str, pseudonym: str) -> str:
    """The id of a person's participation."""
    return f"{contest_id}:{pseudonym}"


def has_entered(own: Participation | None) -> bool:
    """Whether the person has ever entered the contest."""
    return own is not None and own.entered


def check_decides(own: Participation | None) -> None:
    """Raises `EntrantCannotDecide` for somebody who has ever entered the contest."""
    if has_entered(own):
        raise EntrantCannotDecide


def check_enters(own: Participation | None) -> None:
    """Raises `ReviewerCannotEnter` for somebody who has decided about an entry of the contest."""
    if own is not None and own.reviews:
        raise ReviewerCannotEnter


def as_reviewer(own: Participation | None, contest_id: str, pseudonym: str) -> list[Participation]:
    """What is to be stored when this person decides about an entry: nothing after the first."""
    if own is not None:
        return [] if own.reviews else [replace(own, reviews=True)]
    first = participation_id(contest_id, pseudonym)
    return [Participation(id=first, entered=False, reviews=True)]


def with_entry(
    own: Participation | None, contest_id: str, author: str, entry_id: str, *, late: bool
) -> Participation:
    """The author's participation once one more of their entries stands.

    Args:
        own: What it was; None before the first entry.
        contest_id: The contest.
        author: The author's pseudonym.
        entry_id: The entry.
        late: Whether they weren't among those who could enter when the contest was announced; of
            the first entry that is remembered.
    """
    return Participation(
        id=participation_id(contest_id, author),
        standing=[*([] if own is None else own.standing), entry_id],
        entered=True,
        late=own.late if own is not None and own.entered else late,
    )


def without_entry(participation: Participation | None, entry_id: str) -> Participation:
    """What still stands of a person's entries after this one fell."""
    assert participation is not None, "whoever has an entry takes part"
    left = [one for one in participation.standing if one != entry_id]
    return replace(participation, standing=left)
