from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.erasure_view import ErasureView
from ...models.read_erasure_problem import ReadErasureProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    person_id: UUID,
    *,
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/people/{person_id}/erasure".format(
            person_id=quote(str(person_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErasureView | ReadErasureProblem | None:
    if response.status_code == 200:
        response_200 = ErasureView.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ReadErasureProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ReadErasureProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ReadErasureProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ReadErasureProblem.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = ReadErasureProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ReadErasureProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ReadErasureProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ErasureView | ReadErasureProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    person_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
) -> Response[ErasureView | ReadErasureProblem]:
    """Read how far an erasure is

     For administrators. The id is the one that the person had: nothing is found by it any more but this.

    Args:
        person_id (UUID): A UUID
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErasureView | ReadErasureProblem]
    """

    kwargs = _get_kwargs(
        person_id=person_id,
        consistency_token=consistency_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    person_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
) -> ErasureView | ReadErasureProblem | None:
    """Read how far an erasure is

     For administrators. The id is the one that the person had: nothing is found by it any more but this.

    Args:
        person_id (UUID): A UUID
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErasureView | ReadErasureProblem
    """

    return sync_detailed(
        person_id=person_id,
        client=client,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    person_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
) -> Response[ErasureView | ReadErasureProblem]:
    """Read how far an erasure is

     For administrators. The id is the one that the person had: nothing is found by it any more but this.

    Args:
        person_id (UUID): A UUID
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErasureView | ReadErasureProblem]
    """

    kwargs = _get_kwargs(
        person_id=person_id,
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    person_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
) -> ErasureView | ReadErasureProblem | None:
    """Read how far an erasure is

     For administrators. The id is the one that the person had: nothing is found by it any more but this.

    Args:
        person_id (UUID): A UUID
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErasureView | ReadErasureProblem
    """

    return (
        await asyncio_detailed(
            person_id=person_id,
            client=client,
            consistency_token=consistency_token,
        )
    ).parsed
