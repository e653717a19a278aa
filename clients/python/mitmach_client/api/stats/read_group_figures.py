from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.group_figures_view import GroupFiguresView
from ...models.read_group_figures_problem import ReadGroupFiguresProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    group_id: UUID,
    *,
    window: str | Unset = "30d",
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    params: dict[str, Any] = {}

    params["window"] = window

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/stats/groups/{group_id}".format(
            group_id=quote(str(group_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> GroupFiguresView | ReadGroupFiguresProblem | None:
    if response.status_code == 200:
        response_200 = GroupFiguresView.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ReadGroupFiguresProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ReadGroupFiguresProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ReadGroupFiguresProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ReadGroupFiguresProblem.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = ReadGroupFiguresProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ReadGroupFiguresProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ReadGroupFiguresProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[GroupFiguresView | ReadGroupFiguresProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    group_id: UUID,
    *,
    client: AuthenticatedClient,
    window: str | Unset = "30d",
    consistency_token: str | Unset = UNSET,
) -> Response[GroupFiguresView | ReadGroupFiguresProblem]:
    """One group

     For its owners, analysts and administrators. `active`: members who did something in it, by all who
    were members in the window; `ladder` says what they did.

    Args:
        group_id (UUID): A UUID
        window (str | Unset): `7d` and `30d` are complete days and end with yesterday; or
            `FROM/TO` as dates, TO excluded. TO may be tomorrow: the answer is provisional then
            Default: '30d'.
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GroupFiguresView | ReadGroupFiguresProblem]
    """

    kwargs = _get_kwargs(
        group_id=group_id,
        window=window,
        consistency_token=consistency_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    group_id: UUID,
    *,
    client: AuthenticatedClient,
    window: str | Unset = "30d",
    consistency_token: str | Unset = UNSET,
) -> GroupFiguresView | ReadGroupFiguresProblem | None:
    """One group

     For its owners, analysts and administrators. `active`: members who did something in it, by all who
    were members in the window; `ladder` says what they did.

    Args:
        group_id (UUID): A UUID
        window (str | Unset): `7d` and `30d` are complete days and end with yesterday; or
            `FROM/TO` as dates, TO excluded. TO may be tomorrow: the answer is provisional then
            Default: '30d'.
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GroupFiguresView | ReadGroupFiguresProblem
    """

    return sync_detailed(
        group_id=group_id,
        client=client,
        window=window,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    group_id: UUID,
    *,
    client: AuthenticatedClient,
    window: str | Unset = "30d",
    consistency_token: str | Unset = UNSET,
) -> Response[GroupFiguresView | ReadGroupFiguresProblem]:
    """One group

     For its owners, analysts and administrators. `active`: members who did something in it, by all who
    were members in the window; `ladder` says what they did.

    Args:
        group_id (UUID): A UUID
        window (str | Unset): `7d` and `30d` are complete days and end with yesterday; or
            `FROM/TO` as dates, TO excluded. TO may be tomorrow: the answer is provisional then
            Default: '30d'.
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GroupFiguresView | ReadGroupFiguresProblem]
    """

    kwargs = _get_kwargs(
        group_id=group_id,
        window=window,
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    group_id: UUID,
    *,
    client: AuthenticatedClient,
    window: str | Unset = "30d",
    consistency_token: str | Unset = UNSET,
) -> GroupFiguresView | ReadGroupFiguresProblem | None:
    """One group

     For its owners, analysts and administrators. `active`: members who did something in it, by all who
    were members in the window; `ladder` says what they did.

    Args:
        group_id (UUID): A UUID
        window (str | Unset): `7d` and `30d` are complete days and end with yesterday; or
            `FROM/TO` as dates, TO excluded. TO may be tomorrow: the answer is provisional then
            Default: '30d'.
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GroupFiguresView | ReadGroupFiguresProblem
    """

    return (
        await asyncio_detailed(
            group_id=group_id,
            client=client,
            window=window,
            consistency_token=consistency_token,
        )
    ).parsed
