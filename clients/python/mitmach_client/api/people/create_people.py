from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_people_problem import CreatePeopleProblem
from ...models.people_in import PeopleIn
from ...models.people_invited_view import PeopleInvitedView
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: PeopleIn,
    idempotency_key: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

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
        "url": "/v1/people:batch",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CreatePeopleProblem | PeopleInvitedView | None:
    if response.status_code == 200:
        response_200 = PeopleInvitedView.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = CreatePeopleProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = CreatePeopleProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = CreatePeopleProblem.from_dict(response.json())

        return response_403

    if response.status_code == 408:
        response_408 = CreatePeopleProblem.from_dict(response.json())

        return response_408

    if response.status_code == 409:
        response_409 = CreatePeopleProblem.from_dict(response.json())

        return response_409

    if response.status_code == 410:
        response_410 = CreatePeopleProblem.from_dict(response.json())

        return response_410

    if response.status_code == 413:
        response_413 = CreatePeopleProblem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = CreatePeopleProblem.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = CreatePeopleProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = CreatePeopleProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = CreatePeopleProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CreatePeopleProblem | PeopleInvitedView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: PeopleIn,
    idempotency_key: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[CreatePeopleProblem | PeopleInvitedView]:
    """Invite many people

     Each entry stands for itself: one that is refused, or can't be read, doesn't keep others from being
    created. Repeating the request is safe for entries with ids, and for all with an Idempotency-Key.

    Args:
        idempotency_key (str | Unset): Makes repeating safe
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (PeopleIn): People to invite, each for itself.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreatePeopleProblem | PeopleInvitedView]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
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
    body: PeopleIn,
    idempotency_key: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> CreatePeopleProblem | PeopleInvitedView | None:
    """Invite many people

     Each entry stands for itself: one that is refused, or can't be read, doesn't keep others from being
    created. Repeating the request is safe for entries with ids, and for all with an Idempotency-Key.

    Args:
        idempotency_key (str | Unset): Makes repeating safe
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (PeopleIn): People to invite, each for itself.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreatePeopleProblem | PeopleInvitedView
    """

    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: PeopleIn,
    idempotency_key: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[CreatePeopleProblem | PeopleInvitedView]:
    """Invite many people

     Each entry stands for itself: one that is refused, or can't be read, doesn't keep others from being
    created. Repeating the request is safe for entries with ids, and for all with an Idempotency-Key.

    Args:
        idempotency_key (str | Unset): Makes repeating safe
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (PeopleIn): People to invite, each for itself.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreatePeopleProblem | PeopleInvitedView]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
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
    body: PeopleIn,
    idempotency_key: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> CreatePeopleProblem | PeopleInvitedView | None:
    """Invite many people

     Each entry stands for itself: one that is refused, or can't be read, doesn't keep others from being
    created. Repeating the request is safe for entries with ids, and for all with an Idempotency-Key.

    Args:
        idempotency_key (str | Unset): Makes repeating safe
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (PeopleIn): People to invite, each for itself.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreatePeopleProblem | PeopleInvitedView
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
            consistency_token=consistency_token,
            occurred_at=occurred_at,
            act_as=act_as,
            act_as_roles=act_as_roles,
        )
    ).parsed
