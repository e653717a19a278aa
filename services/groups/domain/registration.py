"""How people come to the platform: they are invited, or register by themselves."""

from datetime import datetime

from services.groups.domain.confusables import skeleton
from services.groups.domain.person import AccountStatus, Person
from services.groups.domain.profile import Profile, Vocabularies
from services.groups.domain.search import search_words
from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import AccountKind
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.web.identity import fault_of


class PersonExists(Refusal):
    """The id is taken, be it by somebody who was erased."""

    category = Category.CONFLICT
    title = "There is a person with this id"


class PersonIdInvalid(Refusal):
    """No token could name this person, or no path: see `shared/web/identity/subjects.py`."""

    category = Category.INVALID
    title = "This can't be the id of a person"


class NotInvited(Refusal):
    """The organisation lets in only whom it invited."""

    category = Category.FORBIDDEN
    title = "You haven't been invited yet"


def invited_person(
    person_id: str,
    pseudonym: str,
    *,
    account: AccountKind,
    profile: Profile,
    vocabularies: Vocabularies,
    now: datetime,
) -> Person:
    """Somebody who was never here.

    Raises:
        PersonIdInvalid: No token could name this person.
        NotInVocabulary: Department or location isn't listed.
    """
    _check_id(person_id)
    profile.check(vocabularies)
    return Person(
        id=person_id,
        pseudonym=pseudonym,
        status=AccountStatus.INVITED,
        created_at=to_milliseconds(now),
        account=account,
        profile=profile,
        words=search_words(profile.name),
        skeleton=skeleton(profile.name),
    )


def uninvited_person(principal: Principal, now: datetime, *, self_registration: bool) -> Person:
    """Somebody who comes by themselves, before their first visit: of version 0, not stored yet.

    Raises:
        NotInvited: The organisation has no self-registration.
        PersonIdInvalid: The id of their token can't stand in a path.
    """
    if not self_registration:
        raise NotInvited("Ask an administrator to add you.")
    _check_id(principal.person_id)
    return Person(
        id=principal.person_id,
        pseudonym=principal.pseudonym,
        status=AccountStatus.INVITED,
        created_at=to_milliseconds(now),
        account="service" if "service" in principal.roles else "human",
        version=0,
    )


def _check_id(person_id: str) -> None:
    """Raises `PersonIdInvalid` unless a token could name this person."""
    fault = fault_of(person_id)
    if fault is not None:
        raise PersonIdInvalid(f"The id {fault}.")
