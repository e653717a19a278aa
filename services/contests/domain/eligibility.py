"""Who may vote is fixed when the vote opens: a roll that names nobody.

With people who come while others vote there would be more ballots than people who may vote, and
whoever wanted to win could bring friends along. So a roll keeps two numbers of its moment and how
many people it holds: the last arrival in the group, and the last person who became active on the
platform. Both are counted up by the worker that keeps the copy of people and groups, and a person
is on the roll if neither of their own numbers is above. Comparing times instead would let in who
joined in the same moment and wasn't counted.

Who leaves or is suspended while others vote keeps the ballot that they have given, and stays in the
number of those who could vote. Who comes back is numbered anew and isn't on the roll any more: they
may change a ballot that they have, and not give a first one. So there are never more ballots than
people who may vote, on no surface.

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
        arrivals: The number of the group's last arrival.
        activations: The number of the last person who had become active on the platform.
        people: How many it holds: active human members.
    """

    arrivals: int
    activations: int
    people: int


class NotOnTheRoll(Refusal):
    """They may vote another time."""

    category = Category.FORBIDDEN
    title = "Who may vote was fixed when the vote began"

    def __init__(
        self,
        detail: str = "You joined, or came back, after this contest's vote had begun.",
    ) -> None:
        super().__init__(detail)


def is_on(roll: Roll | None, group_id: str, who: Affiliations) -> bool:
    """Whether a person is one of those whom a roll of this group holds."""
    number = None if who.person is None else who.person.number
    if roll is None or number is None or number > roll.activations:
        return False
    return group_id == EVERYONE or who.numbers.get(group_id, roll.arrivals + 1) <= roll.arrivals
