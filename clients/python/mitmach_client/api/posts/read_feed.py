from http import HTTPStatus
from typing import Any, Literal

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.listed_post_page import ListedPostPage
from ...models.read_feed_problem import ReadFeedProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    expand: list[Literal["comments"]] | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    params: dict[str, Any] = {}

    json_expand: list[Literal["comments"]] | Unset = UNSET
    if not isinstance(expand, Unset):
        json_expand = expand

    params["expand"] = json_expand

    params["limit"] = limit

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/feed",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ListedPostPage | ReadFeedProblem | None:
    if response.status_code == 200:
        response_200 = ListedPostPage.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ReadFeedProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ReadFeedProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ReadFeedProblem.from_dict(response.json())

        return response_403

    if response.status_code == 422:
        response_422 = ReadFeedProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ReadFeedProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ReadFeedProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ListedPostPage | ReadFeedProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    expand: list[Literal["comments"]] | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[ListedPostPage | ReadFeedProblem]:
    """The caller's feed, newest first

     Posts of the groups that they are a member of, and of the one of everyone.

    Args:
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
        Response[ListedPostPage | ReadFeedProblem]
    """

    kwargs = _get_kwargs(
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
    expand: list[Literal["comments"]] | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> ListedPostPage | ReadFeedProblem | None:
    """The caller's feed, newest first

     Posts of the groups that they are a member of, and of the one of everyone.

    Args:
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
        ListedPostPage | ReadFeedProblem
    """

    return sync_detailed(
        client=client,
        expand=expand,
        limit=limit,
        cursor=cursor,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    expand: list[Literal["comments"]] | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[ListedPostPage | ReadFeedProblem]:
    """The caller's feed, newest first

     Posts of the groups that they are a member of, and of the one of everyone.

    Args:
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
        Response[ListedPostPage | ReadFeedProblem]
    """

    kwargs = _get_kwargs(
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
    expand: list[Literal["comments"]] | Unset = UNSET,
    limit: int | Unset = 20,
    cursor: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> ListedPostPage | ReadFeedProblem | None:
    """The caller's feed, newest first

     Posts of the groups that they are a member of, and of the one of everyone.

    Args:
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
        ListedPostPage | ReadFeedProblem
    """

    return (
        await asyncio_detailed(
            client=client,
            expand=expand,
            limit=limit,
            cursor=cursor,
            consistency_token=consistency_token,
        )
    ).parsed
