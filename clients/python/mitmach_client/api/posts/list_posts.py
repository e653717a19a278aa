from http import HTTPStatus
from typing import Any, Literal
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_posts_problem import ListPostsProblem
from ...models.listed_post_page import ListedPostPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    channel_id: UUID | Unset = UNSET,
    author_id: UUID | Unset = UNSET,
    topic: str | Unset = UNSET,
    expand: list[Literal["comments"]] | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    params: dict[str, Any] = {}

    json_channel_id: str | Unset = UNSET
    if not isinstance(channel_id, Unset):
        json_channel_id = str(channel_id)
    params["channel_id"] = json_channel_id

    json_author_id: str | Unset = UNSET
    if not isinstance(author_id, Unset):
        json_author_id = str(author_id)
    params["author_id"] = json_author_id

    params["topic"] = topic

    json_expand: list[Literal["comments"]] | Unset = UNSET
    if not isinstance(expand, Unset):
        json_expand = expand

    params["expand"] = json_expand

    params["limit"] = limit

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/posts",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ListPostsProblem | ListedPostPage | None:
    if response.status_code == 200:
        response_200 = ListedPostPage.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ListPostsProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ListPostsProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ListPostsProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ListPostsProblem.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = ListPostsProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ListPostsProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ListPostsProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ListPostsProblem | ListedPostPage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    channel_id: UUID | Unset = UNSET,
    author_id: UUID | Unset = UNSET,
    topic: str | Unset = UNSET,
    expand: list[Literal["comments"]] | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[ListPostsProblem | ListedPostPage]:
    """List posts, newest first

     What the caller sees of a channel, of an author, on a topic, or all of it.

    Args:
        channel_id (UUID | Unset):
        author_id (UUID | Unset):
        topic (str | Unset):
        expand (list[Literal['comments']] | Unset): What is to be shown of each post besides:
            `comments`, the first 3 of them as `first_comments`. Names of people, groups and channels
            are read by their ids
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ListPostsProblem | ListedPostPage]
    """

    kwargs = _get_kwargs(
        channel_id=channel_id,
        author_id=author_id,
        topic=topic,
        expand=expand,
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
    channel_id: UUID | Unset = UNSET,
    author_id: UUID | Unset = UNSET,
    topic: str | Unset = UNSET,
    expand: list[Literal["comments"]] | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> ListPostsProblem | ListedPostPage | None:
    """List posts, newest first

     What the caller sees of a channel, of an author, on a topic, or all of it.

    Args:
        channel_id (UUID | Unset):
        author_id (UUID | Unset):
        topic (str | Unset):
        expand (list[Literal['comments']] | Unset): What is to be shown of each post besides:
            `comments`, the first 3 of them as `first_comments`. Names of people, groups and channels
            are read by their ids
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ListPostsProblem | ListedPostPage
    """

    return sync_detailed(
        client=client,
        channel_id=channel_id,
        author_id=author_id,
        topic=topic,
        expand=expand,
        limit=limit,
        cursor=cursor,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    channel_id: UUID | Unset = UNSET,
    author_id: UUID | Unset = UNSET,
    topic: str | Unset = UNSET,
    expand: list[Literal["comments"]] | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[ListPostsProblem | ListedPostPage]:
    """List posts, newest first

     What the caller sees of a channel, of an author, on a topic, or all of it.

    Args:
        channel_id (UUID | Unset):
        author_id (UUID | Unset):
        topic (str | Unset):
        expand (list[Literal['comments']] | Unset): What is to be shown of each post besides:
            `comments`, the first 3 of them as `first_comments`. Names of people, groups and channels
            are read by their ids
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ListPostsProblem | ListedPostPage]
    """

    kwargs = _get_kwargs(
        channel_id=channel_id,
        author_id=author_id,
        topic=topic,
        expand=expand,
        limit=limit,
        cursor=cursor,
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    channel_id: UUID | Unset = UNSET,
    author_id: UUID | Unset = UNSET,
    topic: str | Unset = UNSET,
    expand: list[Literal["comments"]] | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> ListPostsProblem | ListedPostPage | None:
    """List posts, newest first

     What the caller sees of a channel, of an author, on a topic, or all of it.

    Args:
        channel_id (UUID | Unset):
        author_id (UUID | Unset):
        topic (str | Unset):
        expand (list[Literal['comments']] | Unset): What is to be shown of each post besides:
            `comments`, the first 3 of them as `first_comments`. Names of people, groups and channels
            are read by their ids
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ListPostsProblem | ListedPostPage
    """

    return (
        await asyncio_detailed(
            client=client,
            channel_id=channel_id,
            author_id=author_id,
            topic=topic,
            expand=expand,
            limit=limit,
            cursor=cursor,
            consistency_token=consistency_token,
        )
    ).parsed
