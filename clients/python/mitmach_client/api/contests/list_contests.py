from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.contest_page import ContestPage
from ...models.list_contests_kind import ListContestsKind
from ...models.list_contests_phase import ListContestsPhase
from ...models.list_contests_problem import ListContestsProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    phase: ListContestsPhase | Unset = UNSET,
    kind: ListContestsKind | Unset = UNSET,
    group_id: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    params: dict[str, Any] = {}

    json_phase: str | Unset = UNSET
    if not isinstance(phase, Unset):
        json_phase = phase

    params["phase"] = json_phase

    json_kind: str | Unset = UNSET
    if not isinstance(kind, Unset):
        json_kind = kind

    params["kind"] = json_kind

    json_group_id: str | Unset = UNSET
    if not isinstance(group_id, Unset):
        json_group_id = str(group_id)
    params["group_id"] = json_group_id

    params["limit"] = limit

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/contests",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ContestPage | ListContestsProblem | None:
    if response.status_code == 200:
        response_200 = ContestPage.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ListContestsProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ListContestsProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ListContestsProblem.from_dict(response.json())

        return response_403

    if response.status_code == 422:
        response_422 = ListContestsProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ListContestsProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ListContestsProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ContestPage | ListContestsProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    phase: ListContestsPhase | Unset = UNSET,
    kind: ListContestsKind | Unset = UNSET,
    group_id: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[ContestPage | ListContestsProblem]:
    """List contests, newest first

    Args:
        phase (ListContestsPhase | Unset): Only those in this phase
        kind (ListContestsKind | Unset): Only those of this kind
        group_id (UUID | Unset): Only in this group
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ContestPage | ListContestsProblem]
    """

    kwargs = _get_kwargs(
        phase=phase,
        kind=kind,
        group_id=group_id,
        limit=limit,
        cursor=cursor,
        consistency_token=consistency_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    phase: ListContestsPhase | Unset = UNSET,
    kind: ListContestsKind | Unset = UNSET,
    group_id: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> ContestPage | ListContestsProblem | None:
    """List contests, newest first

    Args:
        phase (ListContestsPhase | Unset): Only those in this phase
        kind (ListContestsKind | Unset): Only those of this kind
        group_id (UUID | Unset): Only in this group
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ContestPage | ListContestsProblem
    """

    return sync_detailed(
        client=client,
        phase=phase,
        kind=kind,
        group_id=group_id,
        limit=limit,
        cursor=cursor,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    phase: ListContestsPhase | Unset = UNSET,
    kind: ListContestsKind | Unset = UNSET,
    group_id: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[ContestPage | ListContestsProblem]:
    """List contests, newest first

    Args:
        phase (ListContestsPhase | Unset): Only those in this phase
        kind (ListContestsKind | Unset): Only those of this kind
        group_id (UUID | Unset): Only in this group
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ContestPage | ListContestsProblem]
    """

    kwargs = _get_kwargs(
        phase=phase,
        kind=kind,
        group_id=group_id,
        limit=limit,
        cursor=cursor,
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    phase: ListContestsPhase | Unset = UNSET,
    kind: ListContestsKind | Unset = UNSET,
    group_id: UUID | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> ContestPage | ListContestsProblem | None:
    """List contests, newest first

    Args:
        phase (ListContestsPhase | Unset): Only those in this phase
        kind (ListContestsKind | Unset): Only those of this kind
        group_id (UUID | Unset): Only in this group
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ContestPage | ListContestsProblem
    """

    return (
        await asyncio_detailed(
            client=client,
            phase=phase,
            kind=kind,
            group_id=group_id,
            limit=limit,
            cursor=cursor,
            consistency_token=consistency_token,
        )
    ).parsed
