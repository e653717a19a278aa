from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.entry_page import EntryPage
from ...models.list_entries_problem import ListEntriesProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    contest_id: UUID,
    *,
    mine: bool | Unset = False,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    params: dict[str, Any] = {}

    params["mine"] = mine

    params["limit"] = limit

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/contests/{contest_id}/entries".format(
            contest_id=quote(str(contest_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EntryPage | ListEntriesProblem | None:
    if response.status_code == 200:
        response_200 = EntryPage.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ListEntriesProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ListEntriesProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ListEntriesProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ListEntriesProblem.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = ListEntriesProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ListEntriesProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ListEntriesProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[EntryPage | ListEntriesProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    contest_id: UUID,
    *,
    client: AuthenticatedClient,
    mine: bool | Unset = False,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[EntryPage | ListEntriesProblem]:
    """List the entries of a contest

     By the time of entry; while the vote is open or sealed in an order that is random, but always the
    same for me.

    Args:
        contest_id (UUID): A UUID
        mine (bool | Unset): Only my own Default: False.
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EntryPage | ListEntriesProblem]
    """

    kwargs = _get_kwargs(
        contest_id=contest_id,
        mine=mine,
        limit=limit,
        cursor=cursor,
        consistency_token=consistency_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    contest_id: UUID,
    *,
    client: AuthenticatedClient,
    mine: bool | Unset = False,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> EntryPage | ListEntriesProblem | None:
    """List the entries of a contest

     By the time of entry; while the vote is open or sealed in an order that is random, but always the
    same for me.

    Args:
        contest_id (UUID): A UUID
        mine (bool | Unset): Only my own Default: False.
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EntryPage | ListEntriesProblem
    """

    return sync_detailed(
        contest_id=contest_id,
        client=client,
        mine=mine,
        limit=limit,
        cursor=cursor,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    contest_id: UUID,
    *,
    client: AuthenticatedClient,
    mine: bool | Unset = False,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[EntryPage | ListEntriesProblem]:
    """List the entries of a contest

     By the time of entry; while the vote is open or sealed in an order that is random, but always the
    same for me.

    Args:
        contest_id (UUID): A UUID
        mine (bool | Unset): Only my own Default: False.
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EntryPage | ListEntriesProblem]
    """

    kwargs = _get_kwargs(
        contest_id=contest_id,
        mine=mine,
        limit=limit,
        cursor=cursor,
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    contest_id: UUID,
    *,
    client: AuthenticatedClient,
    mine: bool | Unset = False,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> EntryPage | ListEntriesProblem | None:
    """List the entries of a contest

     By the time of entry; while the vote is open or sealed in an order that is random, but always the
    same for me.

    Args:
        contest_id (UUID): A UUID
        mine (bool | Unset): Only my own Default: False.
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EntryPage | ListEntriesProblem
    """

    return (
        await asyncio_detailed(
            contest_id=contest_id,
            client=client,
            mine=mine,
            limit=limit,
            cursor=cursor,
            consistency_token=consistency_token,
        )
    ).parsed
