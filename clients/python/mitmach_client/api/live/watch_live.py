from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.live_event_view import LiveEventView
from ...models.watch_live_problem import WatchLiveProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    last_event_id: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(last_event_id, Unset):
        headers["Last-Event-ID"] = last_event_id

    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/live",
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> LiveEventView | WatchLiveProblem | None:
    if response.status_code == 200:
        response_200 = LiveEventView.from_dict(response.text)

        return response_200

    if response.status_code == 400:
        response_400 = WatchLiveProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = WatchLiveProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = WatchLiveProblem.from_dict(response.json())

        return response_403

    if response.status_code == 422:
        response_422 = WatchLiveProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = WatchLiveProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = WatchLiveProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[LiveEventView | WatchLiveProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    last_event_id: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[LiveEventView | WatchLiveProblem]:
    """Watch the totals

     Server-sent events, one a second: `totals` of events, views, interactions, contributions and
    ballots, and `deltas` since the event before. With `Last-Event-ID` the first deltas count from
    there. The stream ends with the token that it was asked for with, and with the account.

    Args:
        last_event_id (str | Unset): The `id` of the event that came last
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[LiveEventView | WatchLiveProblem]
    """

    kwargs = _get_kwargs(
        last_event_id=last_event_id,
        consistency_token=consistency_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    last_event_id: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> LiveEventView | WatchLiveProblem | None:
    """Watch the totals

     Server-sent events, one a second: `totals` of events, views, interactions, contributions and
    ballots, and `deltas` since the event before. With `Last-Event-ID` the first deltas count from
    there. The stream ends with the token that it was asked for with, and with the account.

    Args:
        last_event_id (str | Unset): The `id` of the event that came last
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        LiveEventView | WatchLiveProblem
    """

    return sync_detailed(
        client=client,
        last_event_id=last_event_id,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    last_event_id: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[LiveEventView | WatchLiveProblem]:
    """Watch the totals

     Server-sent events, one a second: `totals` of events, views, interactions, contributions and
    ballots, and `deltas` since the event before. With `Last-Event-ID` the first deltas count from
    there. The stream ends with the token that it was asked for with, and with the account.

    Args:
        last_event_id (str | Unset): The `id` of the event that came last
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[LiveEventView | WatchLiveProblem]
    """

    kwargs = _get_kwargs(
        last_event_id=last_event_id,
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    last_event_id: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> LiveEventView | WatchLiveProblem | None:
    """Watch the totals

     Server-sent events, one a second: `totals` of events, views, interactions, contributions and
    ballots, and `deltas` since the event before. With `Last-Event-ID` the first deltas count from
    there. The stream ends with the token that it was asked for with, and with the account.

    Args:
        last_event_id (str | Unset): The `id` of the event that came last
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        LiveEventView | WatchLiveProblem
    """

    return (
        await asyncio_detailed(
            client=client,
            last_event_id=last_event_id,
            consistency_token=consistency_token,
        )
    ).parsed
