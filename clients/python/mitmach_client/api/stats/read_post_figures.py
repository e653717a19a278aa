from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.post_figures_view import PostFiguresView
from ...models.read_post_figures_problem import ReadPostFiguresProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    post_id: UUID,
    *,
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/stats/posts/{post_id}".format(
            post_id=quote(str(post_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PostFiguresView | ReadPostFiguresProblem | None:
    if response.status_code == 200:
        response_200 = PostFiguresView.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ReadPostFiguresProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ReadPostFiguresProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ReadPostFiguresProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ReadPostFiguresProblem.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = ReadPostFiguresProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ReadPostFiguresProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ReadPostFiguresProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PostFiguresView | ReadPostFiguresProblem]:
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
    consistency_token: str | Unset = UNSET,
) -> Response[PostFiguresView | ReadPostFiguresProblem]:
    """One post

     For its author, the owners of its group, analysts and administrators. Reach and engagement are those
    of its first seven days. With fewer than five viewers neither they nor the number of viewers are
    told.

    Args:
        post_id (UUID): A UUID
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PostFiguresView | ReadPostFiguresProblem]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
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
    consistency_token: str | Unset = UNSET,
) -> PostFiguresView | ReadPostFiguresProblem | None:
    """One post

     For its author, the owners of its group, analysts and administrators. Reach and engagement are those
    of its first seven days. With fewer than five viewers neither they nor the number of viewers are
    told.

    Args:
        post_id (UUID): A UUID
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PostFiguresView | ReadPostFiguresProblem
    """

    return sync_detailed(
        post_id=post_id,
        client=client,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
) -> Response[PostFiguresView | ReadPostFiguresProblem]:
    """One post

     For its author, the owners of its group, analysts and administrators. Reach and engagement are those
    of its first seven days. With fewer than five viewers neither they nor the number of viewers are
    told.

    Args:
        post_id (UUID): A UUID
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PostFiguresView | ReadPostFiguresProblem]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
) -> PostFiguresView | ReadPostFiguresProblem | None:
    """One post

     For its author, the owners of its group, analysts and administrators. Reach and engagement are those
    of its first seven days. With fewer than five viewers neither they nor the number of viewers are
    told.

    Args:
        post_id (UUID): A UUID
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PostFiguresView | ReadPostFiguresProblem
    """

    return (
        await asyncio_detailed(
            post_id=post_id,
            client=client,
            consistency_token=consistency_token,
        )
    ).parsed
