"""Which token is whose: for services alone. Emitted by the groups service, told anew every day.

Nothing else on the broker leads from what an identity provider calls somebody to their id. These
events are kept for a week, and each person's is told again with the first visit of a day, so a week
after an erasure the broker has forgotten too.
"""

from shared.contract.events.envelope import EventData
from shared.contract.events.topics import LOGINS
from shared.contract.events.vocabulary import AccountKind, Login, LoginStanding, PersonId


class LoginTold(EventData, frozen=True, kw_only=True):
    """Whom a login leads to now, and where they stand.

    Attributes:
        login: A keyed digest of what the identity provider calls them.
        person: The person; null where it leads to nobody any more.
        standing: Where they stand; `erased` and `unknown` come without a person.
        account: A human being, or a program that acts on its own.
    """

    type = "mitmach.login.told"
    topic = LOGINS
    subject_field = "login"
    key_field = "login"

    login: Login
    person: PersonId | None
    standing: LoginStanding
    account: AccountKind
