from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.group_page import GroupPage
from ...models.list_groups_kind import ListGroupsKind
from ...models.list_groups_problem import ListGroupsProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    ids: list[UUID] | Unset = UNSET,
    kind: ListGroupsKind | Unset = UNSET,
    topic: str | Unset = UNSET,
    q: str | Unset = UNSET,
    mine: bool | Unset = False,
    archived: bool | Unset = False,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    params: dict[str, Any] = {}

    json_ids: list[str] | Unset = UNSET
    if not isinstance(ids, Unset):
        json_ids = []
        for ids_item_data in ids:
            ids_item = str(ids_item_data)
            json_ids.append(ids_item)

    params["ids"] = json_ids

    json_kind: str | Unset = UNSET
    if not isinstance(kind, Unset):
        json_kind = kind

    params["kind"] = json_kind

    params["topic"] = topic

    params["q"] = q

    params["mine"] = mine

    params["archived"] = archived

    params["limit"] = limit

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/groups",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> GroupPage | ListGroupsProblem | None:
    if response.status_code == 200:
        response_200 = GroupPage.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ListGroupsProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ListGroupsProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ListGroupsProblem.from_dict(response.json())

        return response_403

    if response.status_code == 422:
        response_422 = ListGroupsProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ListGroupsProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ListGroupsProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[GroupPage | ListGroupsProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    ids: list[UUID] | Unset = UNSET,
    kind: ListGroupsKind | Unset = UNSET,
    topic: str | Unset = UNSET,
    q: str | Unset = UNSET,
    mine: bool | Unset = False,
    archived: bool | Unset = False,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[GroupPage | ListGroupsProblem]:
    """List groups, the newest first

     Those that the caller may know of. With `ids` it shows these of them, archived ones too.

    Args:
        ids (list[UUID] | Unset): These, by their ids: `ids` once for each (`?ids=a&ids=b`), in
            the order in which they are answered. Those that aren't there, or that the caller may not
            see, are missing from the answer. No other parameter goes with it, and there is no next
            page
        kind (ListGroupsKind | Unset): Only these
        topic (str | Unset): Only those about this
        q (str | Unset): Beginnings of words of name, purpose or topics
        mine (bool | Unset): Only those that I belong to Default: False.
        archived (bool | Unset): The archived ones instead of those in use Default: False.
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GroupPage | ListGroupsProblem]
    """

    kwargs = _get_kwargs(
        ids=ids,
        kind=kind,
        topic=topic,
        q=q,
        mine=mine,
        archived=archived,
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
    ids: list[UUID] | Unset = UNSET,
    kind: ListGroupsKind | Unset = UNSET,
    topic: str | Unset = UNSET,
    q: str | Unset = UNSET,
    mine: bool | Unset = False,
    archived: bool | Unset = False,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> GroupPage | ListGroupsProblem | None:
    """List groups, the newest first

     Those that the caller may know of. With `ids` it shows these of them, archived ones too.

    Args:
        ids (list[UUID] | Unset): These, by their ids: `ids` once for each (`?ids=a&ids=b`), in
            the order in which they are answered. Those that aren't there, or that the caller may not
            see, are missing from the answer. No other parameter goes with it, and there is no next
            page
        kind (ListGroupsKind | Unset): Only these
        topic (str | Unset): Only those about this
        q (str | Unset): Beginnings of words of name, purpose or topics
        mine (bool | Unset): Only those that I belong to Default: False.
        archived (bool | Unset): The archived ones instead of those in use Default: False.
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GroupPage | ListGroupsProblem
    """

    return sync_detailed(
        client=client,
        ids=ids,
        kind=kind,
        topic=topic,
        q=q,
        mine=mine,
        archived=archived,
        limit=limit,
        cursor=cursor,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    ids: list[UUID] | Unset = UNSET,
    kind: ListGroupsKind | Unset = UNSET,
    topic: str | Unset = UNSET,
    q: str | Unset = UNSET,
    mine: bool | Unset = False,
    archived: bool | Unset = False,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[GroupPage | ListGroupsProblem]:
    """List groups, the newest first

     Those that the caller may know of. With `ids` it shows these of them, archived ones too.

    Args:
        ids (list[UUID] | Unset): These, by their ids: `ids` once for each (`?ids=a&ids=b`), in
            the order in which they are answered. Those that aren't there, or that the caller may not
            see, are missing from the answer. No other parameter goes with it, and there is no next
            page
        kind (ListGroupsKind | Unset): Only these
        topic (str | Unset): Only those about this
        q (str | Unset): Beginnings of words of name, purpose or topics
        mine (bool | Unset): Only those that I belong to Default: False.
        archived (bool | Unset): The archived ones instead of those in use Default: False.
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[GroupPage | ListGroupsProblem]
    """

    kwargs = _get_kwargs(
        ids=ids,
        kind=kind,
        topic=topic,
        q=q,
        mine=mine,
        archived=archived,
        limit=limit,
        cursor=cursor,
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    ids: list[UUID] | Unset = UNSET,
    kind: ListGroupsKind | Unset = UNSET,
    topic: str | Unset = UNSET,
    q: str | Unset = UNSET,
    mine: bool | Unset = False,
    archived: bool | Unset = False,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> GroupPage | ListGroupsProblem | None:
    """List groups, the newest first

     Those that the caller may know of. With `ids` it shows these of them, archived ones too.

    Args:
        ids (list[UUID] | Unset): These, by their ids: `ids` once for each (`?ids=a&ids=b`), in
            the order in which they are answered. Those that aren't there, or that the caller may not
            see, are missing from the answer. No other parameter goes with it, and there is no next
            page
        kind (ListGroupsKind | Unset): Only these
        topic (str | Unset): Only those about this
        q (str | Unset): Beginnings of words of name, purpose or topics
        mine (bool | Unset): Only those that I belong to Default: False.
        archived (bool | Unset): The archived ones instead of those in use Default: False.
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        GroupPage | ListGroupsProblem
    """

    return (
        await asyncio_detailed(
            client=client,
            ids=ids,
            kind=kind,
            topic=topic,
            q=q,
            mine=mine,
            archived=archived,
            limit=limit,
            cursor=cursor,
            consistency_token=consistency_token,
        )
    ).parsed
