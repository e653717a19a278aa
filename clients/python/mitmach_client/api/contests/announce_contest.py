from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.announce_contest_problem import AnnounceContestProblem
from ...models.contest_view import ContestView
from ...types import UNSET, Response, Unset


def _get_kwargs(
    contest_id: UUID,
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
        "method": "post",
        "url": "/v1/contests/{contest_id}:announce".format(
            contest_id=quote(str(contest_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AnnounceContestProblem | ContestView | None:
    if response.status_code == 200:
        response_200 = ContestView.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = AnnounceContestProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = AnnounceContestProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = AnnounceContestProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = AnnounceContestProblem.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = AnnounceContestProblem.from_dict(response.json())

        return response_409

    if response.status_code == 422:
        response_422 = AnnounceContestProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = AnnounceContestProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = AnnounceContestProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[AnnounceContestProblem | ContestView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    contest_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[AnnounceContestProblem | ContestView]:
    """Announce a contest

     From now on people see it, and its rules are fixed.

    Args:
        contest_id (UUID): A UUID
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AnnounceContestProblem | ContestView]
    """

    kwargs = _get_kwargs(
        contest_id=contest_id,
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
    contest_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> AnnounceContestProblem | ContestView | None:
    """Announce a contest

     From now on people see it, and its rules are fixed.

    Args:
        contest_id (UUID): A UUID
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AnnounceContestProblem | ContestView
    """

    return sync_detailed(
        contest_id=contest_id,
        client=client,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    ).parsed


async def asyncio_detailed(
    contest_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[AnnounceContestProblem | ContestView]:
    """Announce a contest

     From now on people see it, and its rules are fixed.

    Args:
        contest_id (UUID): A UUID
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AnnounceContestProblem | ContestView]
    """

    kwargs = _get_kwargs(
        contest_id=contest_id,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    contest_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> AnnounceContestProblem | ContestView | None:
    """Announce a contest

     From now on people see it, and its rules are fixed.

    Args:
        contest_id (UUID): A UUID
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AnnounceContestProblem | ContestView
    """

    return (
        await asyncio_detailed(
            contest_id=contest_id,
            client=client,
            consistency_token=consistency_token,
            occurred_at=occurred_at,
            act_as=act_as,
            act_as_roles=act_as_roles,
        )
    ).parsed
