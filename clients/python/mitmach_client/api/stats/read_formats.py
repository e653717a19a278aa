from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.formats_view import FormatsView
from ...models.read_formats_problem import ReadFormatsProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    window: str | Unset = "30d",
    topic: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    params: dict[str, Any] = {}

    params["window"] = window

    params["topic"] = topic

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/stats/formats",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> FormatsView | ReadFormatsProblem | None:
    if response.status_code == 200:
        response_200 = FormatsView.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ReadFormatsProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ReadFormatsProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ReadFormatsProblem.from_dict(response.json())

        return response_403

    if response.status_code == 422:
        response_422 = ReadFormatsProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ReadFormatsProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ReadFormatsProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[FormatsView | ReadFormatsProblem]:
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
    topic: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[FormatsView | ReadFormatsProblem]:
    """Which formats reach and move people

     The posts of a window by format: reach, and engagement with its lift over all and a 95 % interval.

    Args:
        window (str | Unset): `7d` and `30d` are complete days and end with yesterday; or
            `FROM/TO` as dates, TO excluded. TO may be tomorrow: the answer is provisional then
            Default: '30d'.
        topic (str | Unset): Only posts on this topic, in whatever spelling a post may have it
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FormatsView | ReadFormatsProblem]
    """

    kwargs = _get_kwargs(
        window=window,
        topic=topic,
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
    topic: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> FormatsView | ReadFormatsProblem | None:
    """Which formats reach and move people

     The posts of a window by format: reach, and engagement with its lift over all and a 95 % interval.

    Args:
        window (str | Unset): `7d` and `30d` are complete days and end with yesterday; or
            `FROM/TO` as dates, TO excluded. TO may be tomorrow: the answer is provisional then
            Default: '30d'.
        topic (str | Unset): Only posts on this topic, in whatever spelling a post may have it
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FormatsView | ReadFormatsProblem
    """

    return sync_detailed(
        client=client,
        window=window,
        topic=topic,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    window: str | Unset = "30d",
    topic: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[FormatsView | ReadFormatsProblem]:
    """Which formats reach and move people

     The posts of a window by format: reach, and engagement with its lift over all and a 95 % interval.

    Args:
        window (str | Unset): `7d` and `30d` are complete days and end with yesterday; or
            `FROM/TO` as dates, TO excluded. TO may be tomorrow: the answer is provisional then
            Default: '30d'.
        topic (str | Unset): Only posts on this topic, in whatever spelling a post may have it
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[FormatsView | ReadFormatsProblem]
    """

    kwargs = _get_kwargs(
        window=window,
        topic=topic,
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    window: str | Unset = "30d",
    topic: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> FormatsView | ReadFormatsProblem | None:
    """Which formats reach and move people

     The posts of a window by format: reach, and engagement with its lift over all and a 95 % interval.

    Args:
        window (str | Unset): `7d` and `30d` are complete days and end with yesterday; or
            `FROM/TO` as dates, TO excluded. TO may be tomorrow: the answer is provisional then
            Default: '30d'.
        topic (str | Unset): Only posts on this topic, in whatever spelling a post may have it
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        FormatsView | ReadFormatsProblem
    """

    return (
        await asyncio_detailed(
            client=client,
            window=window,
            topic=topic,
            consistency_token=consistency_token,
        )
    ).parsed
