from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.seen_posts_in import SeenPostsIn
from ...models.seen_reports_view import SeenReportsView
from ...models.view_posts_problem import ViewPostsProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: SeenPostsIn,
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
        "method": "post",
        "url": "/v1/views:batch",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> SeenReportsView | ViewPostsProblem | None:
    if response.status_code == 200:
        response_200 = SeenReportsView.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ViewPostsProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ViewPostsProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ViewPostsProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ViewPostsProblem.from_dict(response.json())

        return response_404

    if response.status_code == 408:
        response_408 = ViewPostsProblem.from_dict(response.json())

        return response_408

    if response.status_code == 409:
        response_409 = ViewPostsProblem.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = ViewPostsProblem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = ViewPostsProblem.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = ViewPostsProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ViewPostsProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ViewPostsProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[SeenReportsView | ViewPostsProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: SeenPostsIn,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[SeenReportsView | ViewPostsProblem]:
    """Say which posts were seen

     Each gets its own report; one that can't be seen spoils nothing for the others. Views of one's own
    posts don't count here, only where they are said one by one. Open groups are stored together and
    every other group for itself: if that fails for one after something was stored, what isn't yet is
    refused with the reason, and may be sent again.

    Args:
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (SeenPostsIn): Posts that the caller has seen; repeats are fine.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[SeenReportsView | ViewPostsProblem]
    """

    kwargs = _get_kwargs(
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
    *,
    client: AuthenticatedClient,
    body: SeenPostsIn,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> SeenReportsView | ViewPostsProblem | None:
    """Say which posts were seen

     Each gets its own report; one that can't be seen spoils nothing for the others. Views of one's own
    posts don't count here, only where they are said one by one. Open groups are stored together and
    every other group for itself: if that fails for one after something was stored, what isn't yet is
    refused with the reason, and may be sent again.

    Args:
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (SeenPostsIn): Posts that the caller has seen; repeats are fine.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        SeenReportsView | ViewPostsProblem
    """

    return sync_detailed(
        client=client,
        body=body,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: SeenPostsIn,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[SeenReportsView | ViewPostsProblem]:
    """Say which posts were seen

     Each gets its own report; one that can't be seen spoils nothing for the others. Views of one's own
    posts don't count here, only where they are said one by one. Open groups are stored together and
    every other group for itself: if that fails for one after something was stored, what isn't yet is
    refused with the reason, and may be sent again.

    Args:
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (SeenPostsIn): Posts that the caller has seen; repeats are fine.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[SeenReportsView | ViewPostsProblem]
    """

    kwargs = _get_kwargs(
        body=body,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: SeenPostsIn,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> SeenReportsView | ViewPostsProblem | None:
    """Say which posts were seen

     Each gets its own report; one that can't be seen spoils nothing for the others. Views of one's own
    posts don't count here, only where they are said one by one. Open groups are stored together and
    every other group for itself: if that fails for one after something was stored, what isn't yet is
    refused with the reason, and may be sent again.

    Args:
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (SeenPostsIn): Posts that the caller has seen; repeats are fine.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        SeenReportsView | ViewPostsProblem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            consistency_token=consistency_token,
            occurred_at=occurred_at,
            act_as=act_as,
            act_as_roles=act_as_roles,
        )
    ).parsed
