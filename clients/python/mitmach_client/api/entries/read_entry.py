from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.entry_view import EntryView
from ...models.read_entry_problem import ReadEntryProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    entry_id: UUID,
    *,
    if_none_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match

    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/entries/{entry_id}".format(
            entry_id=quote(str(entry_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | EntryView | ReadEntryProblem | None:
    if response.status_code == 200:
        response_200 = EntryView.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

    if response.status_code == 400:
        response_400 = ReadEntryProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ReadEntryProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ReadEntryProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ReadEntryProblem.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = ReadEntryProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ReadEntryProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ReadEntryProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | EntryView | ReadEntryProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    entry_id: UUID,
    *,
    client: AuthenticatedClient,
    if_none_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[Any | EntryView | ReadEntryProblem]:
    """Read an entry

    Args:
        entry_id (UUID): A UUID
        if_none_match (str | Unset):
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | EntryView | ReadEntryProblem]
    """

    kwargs = _get_kwargs(
        entry_id=entry_id,
        if_none_match=if_none_match,
        consistency_token=consistency_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    entry_id: UUID,
    *,
    client: AuthenticatedClient,
    if_none_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Any | EntryView | ReadEntryProblem | None:
    """Read an entry

    Args:
        entry_id (UUID): A UUID
        if_none_match (str | Unset):
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | EntryView | ReadEntryProblem
    """

    return sync_detailed(
        entry_id=entry_id,
        client=client,
        if_none_match=if_none_match,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    entry_id: UUID,
    *,
    client: AuthenticatedClient,
    if_none_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[Any | EntryView | ReadEntryProblem]:
    """Read an entry

    Args:
        entry_id (UUID): A UUID
        if_none_match (str | Unset):
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | EntryView | ReadEntryProblem]
    """

    kwargs = _get_kwargs(
        entry_id=entry_id,
        if_none_match=if_none_match,
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    entry_id: UUID,
    *,
    client: AuthenticatedClient,
    if_none_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Any | EntryView | ReadEntryProblem | None:
    """Read an entry

    Args:
        entry_id (UUID): A UUID
        if_none_match (str | Unset):
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | EntryView | ReadEntryProblem
    """

    return (
        await asyncio_detailed(
            entry_id=entry_id,
            client=client,
            if_none_match=if_none_match,
            consistency_token=consistency_token,
        )
    ).parsed
