"""How far an erasure is."""

from services.groups.domain.erasure import Erasure, ErasureNotFound
from services.groups.domain.person import Person
from services.groups.domain.visibility import person_resource
from shared.contract.access import Action, authorize
from shared.contract.erasures import erasure_id
from shared.contract.principal import Principal
from shared.delivery.mongo import EntityStore


async def read_erasure(store: EntityStore, principal: Principal, person_id: str) -> Erasure:
    """The erasure of somebody whose id the caller still knows.

    Raises:
        NotAllowed: They may not read this.
        ErasureNotFound: Nobody with this id was erased.
    """
    caller = await store.get(Person, principal.person_id)
    authorize(principal, Action.READ_ERASURE, person_resource(caller))
    found = await store.get(Erasure, erasure_id(person_id))
    if found is None:
        raise ErasureNotFound("Check the id.")
    return found
