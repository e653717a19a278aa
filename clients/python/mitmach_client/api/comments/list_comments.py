from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.comment_page import CommentPage
from ...models.list_comments_problem import ListCommentsProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    post_id: UUID,
    *,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    params: dict[str, Any] = {}

    params["limit"] = limit

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/posts/{post_id}/comments".format(
            post_id=quote(str(post_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CommentPage | ListCommentsProblem | None:
    if response.status_code == 200:
        response_200 = CommentPage.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ListCommentsProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ListCommentsProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ListCommentsProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ListCommentsProblem.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = ListCommentsProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ListCommentsProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ListCommentsProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CommentPage | ListCommentsProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[CommentPage | ListCommentsProblem]:
    """List the comments of a post

     Threads from old to new, each followed by its replies. A deleted comment that began a thread keeps
    its place without its text.

    Args:
        post_id (UUID): A UUID
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CommentPage | ListCommentsProblem]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        limit=limit,
        cursor=cursor,
        consistency_token=consistency_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> CommentPage | ListCommentsProblem | None:
    """List the comments of a post

     Threads from old to new, each followed by its replies. A deleted comment that began a thread keeps
    its place without its text.

    Args:
        post_id (UUID): A UUID
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CommentPage | ListCommentsProblem
    """

    return sync_detailed(
        post_id=post_id,
        client=client,
        limit=limit,
        cursor=cursor,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[CommentPage | ListCommentsProblem]:
    """List the comments of a post

     Threads from old to new, each followed by its replies. A deleted comment that began a thread keeps
    its place without its text.

    Args:
        post_id (UUID): A UUID
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CommentPage | ListCommentsProblem]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        limit=limit,
        cursor=cursor,
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> CommentPage | ListCommentsProblem | None:
    """List the comments of a post

     Threads from old to new, each followed by its replies. A deleted comment that began a thread keeps
    its place without its text.

    Args:
        post_id (UUID): A UUID
        limit (int | Unset): How many items at most Default: 20.
        cursor (str | Unset): `next_cursor` of the page before
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CommentPage | ListCommentsProblem
    """

    return (
        await asyncio_detailed(
            post_id=post_id,
            client=client,
            limit=limit,
            cursor=cursor,
            consistency_token=consistency_token,
        )
    ).parsed
