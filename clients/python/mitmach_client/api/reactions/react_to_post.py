from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.react_to_post_problem import ReactToPostProblem
from ...models.reaction_in import ReactionIn
from ...models.standing_view import StandingView
from ...types import UNSET, Response, Unset


def _get_kwargs(
    post_id: UUID,
    *,
    body: ReactionIn,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    if not isinstance(occurred_at, Unset):
        headers["Occurred-At"] = occurred_at

    if not isinstance(act_as, Unset):
        headers["Act-As"] = act_as

    if not isinstance(act_as_roles, Unset):
        headers["Act-As-Roles"] = act_as_roles

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/v1/posts/{post_id}/reaction".format(
            post_id=quote(str(post_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ReactToPostProblem | StandingView | None:
    if response.status_code == 200:
        response_200 = StandingView.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ReactToPostProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ReactToPostProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ReactToPostProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ReactToPostProblem.from_dict(response.json())

        return response_404

    if response.status_code == 408:
        response_408 = ReactToPostProblem.from_dict(response.json())

        return response_408

    if response.status_code == 409:
        response_409 = ReactToPostProblem.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = ReactToPostProblem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = ReactToPostProblem.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = ReactToPostProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ReactToPostProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ReactToPostProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ReactToPostProblem | StandingView]:
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
    body: ReactionIn,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[ReactToPostProblem | StandingView]:
    """React to a post

     Replaces the caller's earlier reaction. It implies that they have seen the post. Answered with the
    counts after it.

    Args:
        post_id (UUID): A UUID
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (ReactionIn): The caller's reaction.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ReactToPostProblem | StandingView]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        body=body,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    body: ReactionIn,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> ReactToPostProblem | StandingView | None:
    """React to a post

     Replaces the caller's earlier reaction. It implies that they have seen the post. Answered with the
    counts after it.

    Args:
        post_id (UUID): A UUID
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (ReactionIn): The caller's reaction.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ReactToPostProblem | StandingView
    """

    return sync_detailed(
        post_id=post_id,
        client=client,
        body=body,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    ).parsed


async def asyncio_detailed(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    body: ReactionIn,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[ReactToPostProblem | StandingView]:
    """React to a post

     Replaces the caller's earlier reaction. It implies that they have seen the post. Answered with the
    counts after it.

    Args:
        post_id (UUID): A UUID
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (ReactionIn): The caller's reaction.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ReactToPostProblem | StandingView]
    """

    kwargs = _get_kwargs(
        post_id=post_id,
        body=body,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    post_id: UUID,
    *,
    client: AuthenticatedClient,
    body: ReactionIn,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> ReactToPostProblem | StandingView | None:
    """React to a post

     Replaces the caller's earlier reaction. It implies that they have seen the post. Answered with the
    counts after it.

    Args:
        post_id (UUID): A UUID
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (ReactionIn): The caller's reaction.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ReactToPostProblem | StandingView
    """

    return (
        await asyncio_detailed(
            post_id=post_id,
            client=client,
            body=body,
            consistency_token=consistency_token,
            occurred_at=occurred_at,
            act_as=act_as,
            act_as_roles=act_as_roles,
        )
    ).parsed
