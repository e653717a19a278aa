"""Who may vote is fixed when the vote opens: an electoral roll that names nobody.

With people who come while others vote there would be more ballots than people who may vote, and
whoever wanted to win could bring friends along. So a roll keeps two numbers of its moment and how
many people it holds: the last arrival in the group, and the last person who became active on the
platform. Both are counted up by the worker that keeps the copy of people and groups, and a person
is on the roll if neither of their own numbers is above. Comparing times instead would let in who
joined in the same moment and wasn't counted.

Who leaves or is suspended while others vote keeps the ballot that they have given, and stays in the
number of those who could vote. Who comes back is numbered anew and isn't on the roll any more: they
may change a ballot that they have, and not give a first ballot. So there are never more ballots
than people who may vote, wherever either number is shown.

Who may enter isn't fixed, because an entry of a newcomer takes nothing from anybody. The people who
could enter are those at the announcement, and those who came later and did.
"""

import msgspec

from services.contests.domain.audience import Affiliations
from shared.audience import EVERYONE
from shared.contract.errors import Category, Refusal


class Roll(msgspec.Struct, frozen=True, kw_only=True):
    """Who belonged to a group at a moment.

    Attributes:
        arrivals: The number of the last person who had joined the group.
        activations: The number of the last person who had become active on the platform.
        people: How many people the roll holds: active human members.
    """

    arrivals: int
    activations: int
    people: int

    def holds(self, who: Affiliations, group_id: str) -> bool:
        """Whether a person is one of those whom this roll, which is of this group, holds."""
        number = None if who.person is None else who.person.number
        if number is None or number > self.activations:
            return False
        if group_id == EVERYONE:
            return True
        arrival = who.numbers.get(group_id)
        return arrival is not None and arrival <= self.arrivals


class NotOnTheRoll(Refusal):
    """Somebody who joined, or came back, after the vote had begun gives no first ballot in it."""

    category = Category.FORBIDDEN
    title = "Who may vote was fixed when the vote began"

    def __init__(
        self,
        detail: str = "You joined, or came back, after this contest's vote had begun.",
    ) -> None:
        super().__init__(detail)
