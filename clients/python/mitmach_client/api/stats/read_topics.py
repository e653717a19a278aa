from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.read_topics_problem import ReadTopicsProblem
from ...models.topics_view import TopicsView
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    window: str | Unset = "30d",
    format_: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    params: dict[str, Any] = {}

    params["window"] = window

    params["format"] = format_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/stats/topics",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ReadTopicsProblem | TopicsView | None:
    if response.status_code == 200:
        response_200 = TopicsView.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ReadTopicsProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ReadTopicsProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ReadTopicsProblem.from_dict(response.json())

        return response_403

    if response.status_code == 422:
        response_422 = ReadTopicsProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ReadTopicsProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ReadTopicsProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ReadTopicsProblem | TopicsView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    window: str | Unset = "30d",
    format_: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[ReadTopicsProblem | TopicsView]:
    """Which topics are in demand

     The topics with most interactors, of the posts of a window.

    Args:
        window (str | Unset): `7d` and `30d` are complete days and end with yesterday; or
            `FROM/TO` as dates, TO excluded. TO may be tomorrow: the answer is provisional then
            Default: '30d'.
        format_ (str | Unset): Only posts of this format
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ReadTopicsProblem | TopicsView]
    """

    kwargs = _get_kwargs(
        window=window,
        format_=format_,
        consistency_token=consistency_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    window: str | Unset = "30d",
    format_: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> ReadTopicsProblem | TopicsView | None:
    """Which topics are in demand

     The topics with most interactors, of the posts of a window.

    Args:
        window (str | Unset): `7d` and `30d` are complete days and end with yesterday; or
            `FROM/TO` as dates, TO excluded. TO may be tomorrow: the answer is provisional then
            Default: '30d'.
        format_ (str | Unset): Only posts of this format
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ReadTopicsProblem | TopicsView
    """

    return sync_detailed(
        client=client,
        window=window,
        format_=format_,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    window: str | Unset = "30d",
    format_: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[ReadTopicsProblem | TopicsView]:
    """Which topics are in demand

     The topics with most interactors, of the posts of a window.

    Args:
        window (str | Unset): `7d` and `30d` are complete days and end with yesterday; or
            `FROM/TO` as dates, TO excluded. TO may be tomorrow: the answer is provisional then
            Default: '30d'.
        format_ (str | Unset): Only posts of this format
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ReadTopicsProblem | TopicsView]
    """

    kwargs = _get_kwargs(
        window=window,
        format_=format_,
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    window: str | Unset = "30d",
    format_: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> ReadTopicsProblem | TopicsView | None:
    """Which topics are in demand

     The topics with most interactors, of the posts of a window.

    Args:
        window (str | Unset): `7d` and `30d` are complete days and end with yesterday; or
            `FROM/TO` as dates, TO excluded. TO may be tomorrow: the answer is provisional then
            Default: '30d'.
        format_ (str | Unset): Only posts of this format
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ReadTopicsProblem | TopicsView
    """

    return (
        await asyncio_detailed(
            client=client,
            window=window,
            format_=format_,
            consistency_token=consistency_token,
        )
    ).parsed
