"""How people come to the platform: they are invited, or register by themselves."""

from datetime import datetime

from services.groups.domain.confusables import skeleton
from services.groups.domain.person import AccountStatus, Person
from services.groups.domain.profile import Profile, Vocabularies
from services.groups.domain.search import search_words
from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import AccountKind
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Claims
from shared.web.identity import fault_of


class PersonExists(Refusal):
    """The id is taken, be it by somebody who was erased."""

    category = Category.CONFLICT
    title = "There is a person with this id"


class PersonIdInvalid(Refusal):
    """No token could name this person, or no path: see `shared/web/identity/subjects.py`."""

    category = Category.INVALID
    title = "This can't be the id of a person"


class OwnExternalId(Refusal):
    """Whoever asks would lock themselves out."""

    category = Category.CONFLICT
    title = "This is what you sign in with yourself"


class NotInvited(Refusal):
    """The organisation lets in only whom it invited, and as what: a human being or a program."""

    category = Category.FORBIDDEN
    title = "You haven't been invited yet"


def invited_person(
    person_id: str,
    *,
    external_id: str | None,
    login: str | None,
    account: AccountKind,
    profile: Profile,
    vocabularies: Vocabularies,
    now: datetime,
) -> Person:
    """Somebody who was never here.

    Args:
        person_id: The id that the platform has made for them.
        external_id: What the identity provider calls them; None where that isn't known yet.
        login: What tokens with that are found by.
        account: A human being, or a program.
        profile: What the organisation tells about them.
        vocabularies: The organisation's words for departments and locations.
        now: When they are invited.

    Raises:
        PersonIdInvalid: No token could name this person.
        NotInVocabulary: Department or location isn't listed.
    """
    if external_id is not None:
        check_external_id(external_id)
    profile.check(vocabularies)
    return Person(
        id=person_id,
        login=login,
        external_id=external_id,
        status=AccountStatus.INVITED,
        created_at=to_milliseconds(now),
        account=account,
        profile=profile,
        words=search_words(profile.name),
        skeleton=skeleton(profile.name),
    )


def uninvited_person(
    claims: Claims, person_id: str, now: datetime, *, self_registration: bool
) -> Person:
    """Somebody who comes by themselves, before their first visit: of version 0, not stored yet.

    Whom the identity provider calls an administrator may always come: without a first one nobody
    could invite anybody.

    Args:
        claims: What the visitor's token says.
        person_id: The id that the platform has made for them.
        now: When they come.
        self_registration: Whether everybody may whom the identity provider vouches for.

    Raises:
        NotInvited: The organisation has no self-registration.
        PersonIdInvalid: The id of their token can't stand in a path.
    """
    if not self_registration and "admin" not in claims.roles:
        raise NotInvited("Ask an administrator to add you.")
    check_external_id(claims.subject)
    return Person(
        id=person_id,
        login=claims.login,
        external_id=claims.subject,
        status=AccountStatus.INVITED,
        created_at=to_milliseconds(now),
        account="service" if "service" in claims.roles else "human",
        version=0,
    )


def check_external_id(external_id: str) -> None:
    """Raises `PersonIdInvalid` unless a token could name this person."""
    fault = fault_of(external_id)
    if fault is not None:
        raise PersonIdInvalid(f"The id {fault}.")


def check_account(person: Person, claims: Claims) -> None:
    """Returns unless a program's token leads to the account of a human being.

    It would count in audiences and among those who may vote, and could do neither.

    Raises:
        NotInvited: It does.
    """
    if person.account == "human" and "service" in claims.roles:
        raise NotInvited("This account is a human being's: a program needs one of its own.")
