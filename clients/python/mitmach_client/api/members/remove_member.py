from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.remove_member_problem import RemoveMemberProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    group_id: UUID,
    person_id: UUID,
    *,
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
        "method": "delete",
        "url": "/v1/groups/{group_id}/members/{person_id}".format(
            group_id=quote(str(group_id), safe=""),
            person_id=quote(str(person_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | RemoveMemberProblem | None:
    if response.status_code == 204:
        response_204 = cast(Any, None)
        return response_204

    if response.status_code == 400:
        response_400 = RemoveMemberProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = RemoveMemberProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = RemoveMemberProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = RemoveMemberProblem.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = RemoveMemberProblem.from_dict(response.json())

        return response_409

    if response.status_code == 422:
        response_422 = RemoveMemberProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = RemoveMemberProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = RemoveMemberProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | RemoveMemberProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    group_id: UUID,
    person_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[Any | RemoveMemberProblem]:
    """Remove a member

     Moderators remove members; owners and administrators anybody but the last owner.

    Args:
        group_id (UUID): A UUID
        person_id (UUID): A UUID
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | RemoveMemberProblem]
    """

    kwargs = _get_kwargs(
        group_id=group_id,
        person_id=person_id,
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
    person_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Any | RemoveMemberProblem | None:
    """Remove a member

     Moderators remove members; owners and administrators anybody but the last owner.

    Args:
        group_id (UUID): A UUID
        person_id (UUID): A UUID
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | RemoveMemberProblem
    """

    return sync_detailed(
        group_id=group_id,
        person_id=person_id,
        client=client,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    ).parsed


async def asyncio_detailed(
    group_id: UUID,
    person_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[Any | RemoveMemberProblem]:
    """Remove a member

     Moderators remove members; owners and administrators anybody but the last owner.

    Args:
        group_id (UUID): A UUID
        person_id (UUID): A UUID
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | RemoveMemberProblem]
    """

    kwargs = _get_kwargs(
        group_id=group_id,
        person_id=person_id,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    group_id: UUID,
    person_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Any | RemoveMemberProblem | None:
    """Remove a member

     Moderators remove members; owners and administrators anybody but the last owner.

    Args:
        group_id (UUID): A UUID
        person_id (UUID): A UUID
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | RemoveMemberProblem
    """

    return (
        await asyncio_detailed(
            group_id=group_id,
            person_id=person_id,
            client=client,
            consistency_token=consistency_token,
            occurred_at=occurred_at,
            act_as=act_as,
            act_as_roles=act_as_roles,
        )
    ).parsed
