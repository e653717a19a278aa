from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.change_role_problem import ChangeRoleProblem
from ...models.membership_view import MembershipView
from ...models.role_in import RoleIn
from ...types import UNSET, Response, Unset


def _get_kwargs(
    group_id: UUID,
    person_id: str,
    *,
    body: RoleIn,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match

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
        "url": "/v1/groups/{group_id}/members/{person_id}/role".format(
            group_id=quote(str(group_id), safe=""),
            person_id=quote(str(person_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ChangeRoleProblem | MembershipView | None:
    if response.status_code == 200:
        response_200 = MembershipView.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ChangeRoleProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ChangeRoleProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ChangeRoleProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ChangeRoleProblem.from_dict(response.json())

        return response_404

    if response.status_code == 408:
        response_408 = ChangeRoleProblem.from_dict(response.json())

        return response_408

    if response.status_code == 409:
        response_409 = ChangeRoleProblem.from_dict(response.json())

        return response_409

    if response.status_code == 412:
        response_412 = ChangeRoleProblem.from_dict(response.json())

        return response_412

    if response.status_code == 413:
        response_413 = ChangeRoleProblem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = ChangeRoleProblem.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = ChangeRoleProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ChangeRoleProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ChangeRoleProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ChangeRoleProblem | MembershipView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    group_id: UUID,
    person_id: str,
    *,
    client: AuthenticatedClient,
    body: RoleIn,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[ChangeRoleProblem | MembershipView]:
    """Give a member another role

    Args:
        group_id (UUID): A UUID
        person_id (str): A UUID, or `me` for the caller
        if_match (str | Unset): Do it only to this version: its ETag, or one of several, or *.
            What compressing proxies make of an ETag is recognised: weak, or with a suffix
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (RoleIn): The role to give.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ChangeRoleProblem | MembershipView]
    """

    kwargs = _get_kwargs(
        group_id=group_id,
        person_id=person_id,
        body=body,
        if_match=if_match,
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
    group_id: UUID,
    person_id: str,
    *,
    client: AuthenticatedClient,
    body: RoleIn,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> ChangeRoleProblem | MembershipView | None:
    """Give a member another role

    Args:
        group_id (UUID): A UUID
        person_id (str): A UUID, or `me` for the caller
        if_match (str | Unset): Do it only to this version: its ETag, or one of several, or *.
            What compressing proxies make of an ETag is recognised: weak, or with a suffix
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (RoleIn): The role to give.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ChangeRoleProblem | MembershipView
    """

    return sync_detailed(
        group_id=group_id,
        person_id=person_id,
        client=client,
        body=body,
        if_match=if_match,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    ).parsed


async def asyncio_detailed(
    group_id: UUID,
    person_id: str,
    *,
    client: AuthenticatedClient,
    body: RoleIn,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[ChangeRoleProblem | MembershipView]:
    """Give a member another role

    Args:
        group_id (UUID): A UUID
        person_id (str): A UUID, or `me` for the caller
        if_match (str | Unset): Do it only to this version: its ETag, or one of several, or *.
            What compressing proxies make of an ETag is recognised: weak, or with a suffix
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (RoleIn): The role to give.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ChangeRoleProblem | MembershipView]
    """

    kwargs = _get_kwargs(
        group_id=group_id,
        person_id=person_id,
        body=body,
        if_match=if_match,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    group_id: UUID,
    person_id: str,
    *,
    client: AuthenticatedClient,
    body: RoleIn,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> ChangeRoleProblem | MembershipView | None:
    """Give a member another role

    Args:
        group_id (UUID): A UUID
        person_id (str): A UUID, or `me` for the caller
        if_match (str | Unset): Do it only to this version: its ETag, or one of several, or *.
            What compressing proxies make of an ETag is recognised: weak, or with a suffix
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (RoleIn): The role to give.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ChangeRoleProblem | MembershipView
    """

    return (
        await asyncio_detailed(
            group_id=group_id,
            person_id=person_id,
            client=client,
            body=body,
            if_match=if_match,
            consistency_token=consistency_token,
            occurred_at=occurred_at,
            act_as=act_as,
            act_as_roles=act_as_roles,
        )
    ).parsed
