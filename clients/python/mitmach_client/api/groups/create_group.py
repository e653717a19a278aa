from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_group_problem import CreateGroupProblem
from ...models.group_in import GroupIn
from ...models.group_view import GroupView
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: GroupIn,
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
        "url": "/v1/groups",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CreateGroupProblem | GroupView | None:
    if response.status_code == 201:
        response_201 = GroupView.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = CreateGroupProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = CreateGroupProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = CreateGroupProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = CreateGroupProblem.from_dict(response.json())

        return response_404

    if response.status_code == 408:
        response_408 = CreateGroupProblem.from_dict(response.json())

        return response_408

    if response.status_code == 409:
        response_409 = CreateGroupProblem.from_dict(response.json())

        return response_409

    if response.status_code == 410:
        response_410 = CreateGroupProblem.from_dict(response.json())

        return response_410

    if response.status_code == 413:
        response_413 = CreateGroupProblem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = CreateGroupProblem.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = CreateGroupProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = CreateGroupProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = CreateGroupProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CreateGroupProblem | GroupView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: GroupIn,
    idempotency_key: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[CreateGroupProblem | GroupView]:
    """Found a group

     The founder owns it. A first channel for discussion comes with it. Pilots are founded by editors and
    administrators.

    Args:
        idempotency_key (str | Unset):
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (GroupIn): A group to found.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreateGroupProblem | GroupView]
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
    body: GroupIn,
    idempotency_key: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> CreateGroupProblem | GroupView | None:
    """Found a group

     The founder owns it. A first channel for discussion comes with it. Pilots are founded by editors and
    administrators.

    Args:
        idempotency_key (str | Unset):
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (GroupIn): A group to found.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreateGroupProblem | GroupView
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
    body: GroupIn,
    idempotency_key: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[CreateGroupProblem | GroupView]:
    """Found a group

     The founder owns it. A first channel for discussion comes with it. Pilots are founded by editors and
    administrators.

    Args:
        idempotency_key (str | Unset):
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (GroupIn): A group to found.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreateGroupProblem | GroupView]
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
    body: GroupIn,
    idempotency_key: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> CreateGroupProblem | GroupView | None:
    """Found a group

     The founder owns it. A first channel for discussion comes with it. Pilots are founded by editors and
    administrators.

    Args:
        idempotency_key (str | Unset):
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (GroupIn): A group to found.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreateGroupProblem | GroupView
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
