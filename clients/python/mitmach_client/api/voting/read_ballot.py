from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.ballot_view import BallotView
from ...models.read_ballot_problem import ReadBallotProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    contest_id: UUID,
    *,
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/contests/{contest_id}/ballot".format(
            contest_id=quote(str(contest_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> BallotView | ReadBallotProblem | None:
    if response.status_code == 200:
        response_200 = BallotView.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ReadBallotProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ReadBallotProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ReadBallotProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ReadBallotProblem.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = ReadBallotProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ReadBallotProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ReadBallotProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[BallotView | ReadBallotProblem]:
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
) -> Response[BallotView | ReadBallotProblem]:
    """Read my vote

    Args:
        contest_id (UUID): A UUID
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BallotView | ReadBallotProblem]
    """

    kwargs = _get_kwargs(
        contest_id=contest_id,
        consistency_token=consistency_token,
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
) -> BallotView | ReadBallotProblem | None:
    """Read my vote

    Args:
        contest_id (UUID): A UUID
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BallotView | ReadBallotProblem
    """

    return sync_detailed(
        contest_id=contest_id,
        client=client,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    contest_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
) -> Response[BallotView | ReadBallotProblem]:
    """Read my vote

    Args:
        contest_id (UUID): A UUID
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BallotView | ReadBallotProblem]
    """

    kwargs = _get_kwargs(
        contest_id=contest_id,
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    contest_id: UUID,
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
) -> BallotView | ReadBallotProblem | None:
    """Read my vote

    Args:
        contest_id (UUID): A UUID
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BallotView | ReadBallotProblem
    """

    return (
        await asyncio_detailed(
            contest_id=contest_id,
            client=client,
            consistency_token=consistency_token,
        )
    ).parsed
