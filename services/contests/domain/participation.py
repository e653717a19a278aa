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
    """What a person is in a contest: stored since their first entry, or their first review.

    Every command that changes how many of their entries stand writes it, so two at once can't both
    take the last free place; and so does every first review, so that a person can't become entrant
    and reviewer at once.

    Attributes:
        standing: The ids of their entries that are neither withdrawn nor rejected.
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

    def check_decides(self) -> None:
        """Raises `EntrantCannotDecide` for somebody who has ever entered the contest."""
        if self.entered:
            raise EntrantCannotDecide

    def check_enters(self) -> None:
        """Raises `ReviewerCannotEnter` for somebody who has decided about an entry of it."""
        if self.reviews:
            raise ReviewerCannotEnter

    def with_review(self) -> "Participation":
        """The participation since the person decides about an entry; the same after the first."""
        return self if self.reviews else replace(self, reviews=True)

    def with_entry(self, entry_id: str, most: int, advice: str) -> "Participation":
        """The participation once this entry stands, too.

        Args:
            entry_id: The entry; it may have stood before.
            most: How many entries of a person the rules let stand.
            advice: What is to be done where that is too many.

        Raises:
            TooManyEntries: As many others stand as the rules allow.
        """
        others = [standing for standing in self.standing if standing != entry_id]
        if len(others) >= most:
            raise TooManyEntries(advice)
        return replace(self, standing=[*others, entry_id])

    def with_new_entry(self, entry_id: str, most: int, *, late: bool) -> "Participation":
        """The participation of somebody who has entered something.

        Args:
            entry_id: The new entry.
            most: How many entries of a person the rules let stand.
            late: They weren't among those who could enter when the contest was announced; of the
                first entry that is remembered.

        Raises:
            TooManyEntries: As many stand as the rules allow.
        """
        after = self.with_entry(entry_id, most, "Withdraw one of your entries first.")
        return replace(after, entered=True, late=self.late if self.entered else late)

    def without_entry(self, entry_id: str) -> "Participation":
        """The participation after one of the person's entries was withdrawn or rejected."""
        left = [standing for standing in self.standing if standing != entry_id]
        return replace(self, standing=left)


class EntrantCannotDecide(Refusal):
    """Nobody decides about a contest that they could win."""

    category = Category.FORBIDDEN
    title = "Who has entered a contest doesn't decide about it"

    def __init__(
        self,
        detail: str = "You have entered this contest. Ask another of its organisers, or an"
        " administrator.",
    ) -> None:
        super().__init__(detail)


class ReviewerCannotEnter(Refusal):
    """Whoever has reviewed entries of a contest doesn't enter it."""

    category = Category.FORBIDDEN
    title = "Who has reviewed entries of a contest doesn't enter it"

    def __init__(
        self, detail: str = "You have accepted or rejected an entry of this contest."
    ) -> None:
        super().__init__(detail)


class TooManyEntries(Refusal):
    """The number of entries per person is used up."""

    category = Category.CONFLICT
    title = "The rules allow no further entry of this person"


def participation_id(contest_id: str, person_id: str) -> str:
    """The id of a person's participation."""
    return f"{contest_id}:{person_id}"


def participation_in(
    stored: Participation | None, contest_id: str, person_id: str
) -> Participation:
    """What a person is in a contest: neither entrant nor reviewer where nothing is stored."""
    if stored is not None:
        return stored
    return Participation(id=participation_id(contest_id, person_id), entered=False)
