"""The route about erasures: the record of who asked for one, and how far it is."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import Field

from services.groups.domain.erasure import Erasure, ErasureNotFound
from services.groups.queries import erasures as queries
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.events.vocabulary import TextsPolicy
from shared.contract.services import ServiceName
from shared.web.http import Caller, OutputModel, PathId, problems, store_of

router = APIRouter(prefix="/v1", tags=["people"])


class ForgottenByView(OutputModel):
    """Whether a service has forgotten the person."""

    service: ServiceName
    finished_at: datetime | None = Field(
        description="When it was done: nothing there names the person since; null until then"
    )


class ErasureView(OutputModel):
    """An erasure. It stays readable when nothing else of the person is left."""

    id: str = Field(description="A digest of the person's id")
    requested_at: datetime
    requested_by: str | None = Field(
        description="Who asked for it; null for the person themselves, and where their time was up"
    )
    texts: TextsPolicy = Field(
        description="Whether what they wrote goes, or stays without their name"
    )
    services: list[ForgottenByView]
    finished_at: datetime | None = Field(
        description="When the last service was done; null until then"
    )


@router.get(
    "/people/{person_id}/erasure",
    operation_id="read_erasure",
    summary="Read how far an erasure is",
    description="For administrators. The id is the one that the person had: nothing is found by it"
    " any more but this.",
    responses=problems(NotAllowed, AccountSuspended, ErasureNotFound),
)
async def read_erasure(request: Request, caller: Caller, person_id: PathId) -> ErasureView:
    return _view(await queries.read_erasure(store_of(request), caller, person_id))


def _view(erasure: Erasure) -> ErasureView:
    return ErasureView(
        id=erasure.id,
        requested_at=erasure.requested_at,
        requested_by=erasure.requested_by,
        texts=erasure.texts,
        services=[
            ForgottenByView(service=service, finished_at=erasure.finished.get(service))
            for service in ServiceName
        ],
        finished_at=erasure.finished_at,
    )
