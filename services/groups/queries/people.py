"""One person, several by their ids, and the list of colleagues."""

import re
from collections.abc import Sequence
from typing import Any

from services.groups.domain.person import AccountStatus, Person, existing_person
from services.groups.domain.search import search_words
from services.groups.domain.visibility import person_resource
from shared.contract.access import Action, authorize
from shared.contract.principal import Principal
from shared.delivery.mongo import EntityStore

# Whom a list shows that doesn't ask for a status: those who can be met, and be invited to a group.
COLLEAGUES = (AccountStatus.ACTIVE, AccountStatus.INVITED)


async def read_person(store: EntityStore, principal: Principal, person_id: str) -> Person:
    """A person, as the caller may see them.

    Raises:
        PersonNotFound: There is none, or not any more.
    """
    people = await store.get_many(Person, {person_id, principal.person_id})
    caller = people.get(principal.person_id)
    authorize(principal, Action.READ_PERSON, person_resource(caller))
    return existing_person(people.get(person_id))


async def people_by_id(
    store: EntityStore, principal: Principal, ids: Sequence[str]
) -> dict[str, Person]:
    """People as the caller may see them, by id; whoever isn't there, or not any more, is missing.

    Whom `read_person` would show is there, whatever the state of their account.
    """
    people = await store.get_many(Person, {*ids, principal.person_id})
    caller = people.get(principal.person_id)
    authorize(principal, Action.READ_PERSON, person_resource(caller))
    return {one: people[one] for one in ids if one in people and not people[one].is_erased}


async def list_people(
    store: EntityStore,
    principal: Principal,
    *,
    login: str | None = None,
    status: AccountStatus | None = None,
    q: str | None = None,
    after: str | None = None,
    limit: int,
) -> list[Person]:
    """People in order of their ids.

    Args:
        store: The store that holds the people.
        principal: The caller.
        login: The one whom this login leads to; for those who run the platform. None for all.
        status: People of this status alone; for those who run the platform. None for the active and
            the invited.
        q: Words, each of which must begin a word of the name.
        after: The id of the last person of the page before; None for the first page.
        limit: People per page.

    Raises:
        NotAllowed: A status or login was asked for by somebody who may not know it.
    """
    caller = await store.get(Person, principal.person_id)
    authorize(principal, Action.READ_PEOPLE, person_resource(caller))
    wanted: dict[str, Any] = {"status": {"$in": list(COLLEAGUES)}}
    if status is not None:
        authorize(principal, Action.CHANGE_PERSON)
        wanted = {"status": status}
    if login is not None:
        authorize(principal, Action.CHANGE_PERSON)
        wanted = {**wanted, "login": login} if status is not None else {"login": login}
    if q is not None:
        wanted |= words_filter(q)
    if after is not None:
        wanted["_id"] = {"$gt": after}
    return await store.find(Person, wanted, sort=[("_id", 1)], limit=limit + 1)


def words_filter(q: str) -> dict[str, Any]:
    """The filter for what has, for each word of the question, a word that begins with it."""
    words = search_words(q)
    if not words:
        return {"words": {"$in": []}}  # nothing but punctuation: nothing has that
    return {"$and": [{"words": {"$regex": f"^{re.escape(word)}"}} for word in words]}


async def check_may_invite(store: EntityStore, principal: Principal) -> None:
    """Returns if the caller may invite people.

    Raises:
        NotAllowed: They may not.
        AccountSuspended: They might, and are suspended.
    """
    caller = await store.get(Person, principal.person_id)
    authorize(principal, Action.CREATE_PERSON, person_resource(caller))
