from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.person_view import PersonView
from ...models.reinstate_person_problem import ReinstatePersonProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    person_id: UUID,
    *,
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
        "method": "post",
        "url": "/v1/people/{person_id}:reinstate".format(
            person_id=quote(str(person_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PersonView | ReinstatePersonProblem | None:
    if response.status_code == 200:
        response_200 = PersonView.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ReinstatePersonProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ReinstatePersonProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ReinstatePersonProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ReinstatePersonProblem.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = ReinstatePersonProblem.from_dict(response.json())

        return response_409

    if response.status_code == 412:
        response_412 = ReinstatePersonProblem.from_dict(response.json())

        return response_412

    if response.status_code == 422:
        response_422 = ReinstatePersonProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ReinstatePersonProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ReinstatePersonProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[PersonView | ReinstatePersonProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    person_id: UUID,
    *,
    client: AuthenticatedClient,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[PersonView | ReinstatePersonProblem]:
    """End a suspension, or bring somebody back

     The person is active again, or invited if they were never here. Who had left finds their memberships
    as they were; what they owned has passed on.

    Args:
        person_id (UUID): A UUID
        if_match (str | Unset): Do it only to this version: its ETag, or one of several, or *.
            What compressing proxies make of an ETag is recognised: weak, or with a suffix
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PersonView | ReinstatePersonProblem]
    """

    kwargs = _get_kwargs(
        person_id=person_id,
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
    person_id: UUID,
    *,
    client: AuthenticatedClient,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> PersonView | ReinstatePersonProblem | None:
    """End a suspension, or bring somebody back

     The person is active again, or invited if they were never here. Who had left finds their memberships
    as they were; what they owned has passed on.

    Args:
        person_id (UUID): A UUID
        if_match (str | Unset): Do it only to this version: its ETag, or one of several, or *.
            What compressing proxies make of an ETag is recognised: weak, or with a suffix
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PersonView | ReinstatePersonProblem
    """

    return sync_detailed(
        person_id=person_id,
        client=client,
        if_match=if_match,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    ).parsed


async def asyncio_detailed(
    person_id: UUID,
    *,
    client: AuthenticatedClient,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[PersonView | ReinstatePersonProblem]:
    """End a suspension, or bring somebody back

     The person is active again, or invited if they were never here. Who had left finds their memberships
    as they were; what they owned has passed on.

    Args:
        person_id (UUID): A UUID
        if_match (str | Unset): Do it only to this version: its ETag, or one of several, or *.
            What compressing proxies make of an ETag is recognised: weak, or with a suffix
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PersonView | ReinstatePersonProblem]
    """

    kwargs = _get_kwargs(
        person_id=person_id,
        if_match=if_match,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    person_id: UUID,
    *,
    client: AuthenticatedClient,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> PersonView | ReinstatePersonProblem | None:
    """End a suspension, or bring somebody back

     The person is active again, or invited if they were never here. Who had left finds their memberships
    as they were; what they owned has passed on.

    Args:
        person_id (UUID): A UUID
        if_match (str | Unset): Do it only to this version: its ETag, or one of several, or *.
            What compressing proxies make of an ETag is recognised: weak, or with a suffix
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PersonView | ReinstatePersonProblem
    """

    return (
        await asyncio_detailed(
            person_id=person_id,
            client=client,
            if_match=if_match,
            consistency_token=consistency_token,
            occurred_at=occurred_at,
            act_as=act_as,
            act_as_roles=act_as_roles,
        )
    ).parsed
