from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.membership_request_in import MembershipRequestIn
from ...models.membership_view import MembershipView
from ...models.request_membership_problem import RequestMembershipProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    group_id: UUID,
    *,
    body: MembershipRequestIn,
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
        "url": "/v1/groups/{group_id}/requests".format(
            group_id=quote(str(group_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MembershipView | RequestMembershipProblem | None:
    if response.status_code == 201:
        response_201 = MembershipView.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = RequestMembershipProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = RequestMembershipProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = RequestMembershipProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = RequestMembershipProblem.from_dict(response.json())

        return response_404

    if response.status_code == 408:
        response_408 = RequestMembershipProblem.from_dict(response.json())

        return response_408

    if response.status_code == 409:
        response_409 = RequestMembershipProblem.from_dict(response.json())

        return response_409

    if response.status_code == 410:
        response_410 = RequestMembershipProblem.from_dict(response.json())

        return response_410

    if response.status_code == 413:
        response_413 = RequestMembershipProblem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = RequestMembershipProblem.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = RequestMembershipProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = RequestMembershipProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = RequestMembershipProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[MembershipView | RequestMembershipProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    group_id: UUID,
    *,
    client: AuthenticatedClient,
    body: MembershipRequestIn,
    idempotency_key: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[MembershipView | RequestMembershipProblem]:
    """Ask to be let in

     For closed groups. Whoever was invited is a member at once.

    Args:
        group_id (UUID): A UUID
        idempotency_key (str | Unset):
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (MembershipRequestIn): A request to be let in.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MembershipView | RequestMembershipProblem]
    """

    kwargs = _get_kwargs(
        group_id=group_id,
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
    group_id: UUID,
    *,
    client: AuthenticatedClient,
    body: MembershipRequestIn,
    idempotency_key: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> MembershipView | RequestMembershipProblem | None:
    """Ask to be let in

     For closed groups. Whoever was invited is a member at once.

    Args:
        group_id (UUID): A UUID
        idempotency_key (str | Unset):
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (MembershipRequestIn): A request to be let in.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MembershipView | RequestMembershipProblem
    """

    return sync_detailed(
        group_id=group_id,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    ).parsed


async def asyncio_detailed(
    group_id: UUID,
    *,
    client: AuthenticatedClient,
    body: MembershipRequestIn,
    idempotency_key: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[MembershipView | RequestMembershipProblem]:
    """Ask to be let in

     For closed groups. Whoever was invited is a member at once.

    Args:
        group_id (UUID): A UUID
        idempotency_key (str | Unset):
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (MembershipRequestIn): A request to be let in.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MembershipView | RequestMembershipProblem]
    """

    kwargs = _get_kwargs(
        group_id=group_id,
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
    group_id: UUID,
    *,
    client: AuthenticatedClient,
    body: MembershipRequestIn,
    idempotency_key: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> MembershipView | RequestMembershipProblem | None:
    """Ask to be let in

     For closed groups. Whoever was invited is a member at once.

    Args:
        group_id (UUID): A UUID
        idempotency_key (str | Unset):
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (MembershipRequestIn): A request to be let in.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MembershipView | RequestMembershipProblem
    """

    return (
        await asyncio_detailed(
            group_id=group_id,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
            consistency_token=consistency_token,
            occurred_at=occurred_at,
            act_as=act_as,
            act_as_roles=act_as_roles,
        )
    ).parsed
