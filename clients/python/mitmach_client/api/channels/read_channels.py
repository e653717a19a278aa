from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.channel_page import ChannelPage
from ...models.read_channels_problem import ReadChannelsProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    ids: list[UUID],
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    params: dict[str, Any] = {}

    json_ids = []
    for ids_item_data in ids:
        ids_item = str(ids_item_data)
        json_ids.append(ids_item)

    params["ids"] = json_ids

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/channels",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ChannelPage | ReadChannelsProblem | None:
    if response.status_code == 200:
        response_200 = ChannelPage.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ReadChannelsProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ReadChannelsProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ReadChannelsProblem.from_dict(response.json())

        return response_403

    if response.status_code == 422:
        response_422 = ReadChannelsProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ReadChannelsProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ReadChannelsProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ChannelPage | ReadChannelsProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    ids: list[UUID],
    consistency_token: str | Unset = UNSET,
) -> Response[ChannelPage | ReadChannelsProblem]:
    """Read channels by their ids

     As reading each of them would, archived ones too; what is in a group is listed by the group.

    Args:
        ids (list[UUID]): These, by their ids: `ids` once for each (`?ids=a&ids=b`), in the order
            in which they are answered. Those that aren't there, or that the caller may not see, are
            missing from the answer. No other parameter goes with it, and there is no next page
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ChannelPage | ReadChannelsProblem]
    """

    kwargs = _get_kwargs(
        ids=ids,
        consistency_token=consistency_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    ids: list[UUID],
    consistency_token: str | Unset = UNSET,
) -> ChannelPage | ReadChannelsProblem | None:
    """Read channels by their ids

     As reading each of them would, archived ones too; what is in a group is listed by the group.

    Args:
        ids (list[UUID]): These, by their ids: `ids` once for each (`?ids=a&ids=b`), in the order
            in which they are answered. Those that aren't there, or that the caller may not see, are
            missing from the answer. No other parameter goes with it, and there is no next page
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ChannelPage | ReadChannelsProblem
    """

    return sync_detailed(
        client=client,
        ids=ids,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    ids: list[UUID],
    consistency_token: str | Unset = UNSET,
) -> Response[ChannelPage | ReadChannelsProblem]:
    """Read channels by their ids

     As reading each of them would, archived ones too; what is in a group is listed by the group.

    Args:
        ids (list[UUID]): These, by their ids: `ids` once for each (`?ids=a&ids=b`), in the order
            in which they are answered. Those that aren't there, or that the caller may not see, are
            missing from the answer. No other parameter goes with it, and there is no next page
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ChannelPage | ReadChannelsProblem]
    """

    kwargs = _get_kwargs(
        ids=ids,
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    ids: list[UUID],
    consistency_token: str | Unset = UNSET,
) -> ChannelPage | ReadChannelsProblem | None:
    """Read channels by their ids

     As reading each of them would, archived ones too; what is in a group is listed by the group.

    Args:
        ids (list[UUID]): These, by their ids: `ids` once for each (`?ids=a&ids=b`), in the order
            in which they are answered. Those that aren't there, or that the caller may not see, are
            missing from the answer. No other parameter goes with it, and there is no next page
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ChannelPage | ReadChannelsProblem
    """

    return (
        await asyncio_detailed(
            client=client,
            ids=ids,
            consistency_token=consistency_token,
        )
    ).parsed
