from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.definitions_view import DefinitionsView
from ...models.read_kpi_definitions_problem import ReadKpiDefinitionsProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/kpis/definitions",
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DefinitionsView | ReadKpiDefinitionsProblem | None:
    if response.status_code == 200:
        response_200 = DefinitionsView.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ReadKpiDefinitionsProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ReadKpiDefinitionsProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ReadKpiDefinitionsProblem.from_dict(response.json())

        return response_403

    if response.status_code == 422:
        response_422 = ReadKpiDefinitionsProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ReadKpiDefinitionsProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ReadKpiDefinitionsProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[DefinitionsView | ReadKpiDefinitionsProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
) -> Response[DefinitionsView | ReadKpiDefinitionsProblem]:
    """What the KPIs mean

     Question, formula, numerator, denominator, windows, filters and version of each.

    Args:
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DefinitionsView | ReadKpiDefinitionsProblem]
    """

    kwargs = _get_kwargs(
        consistency_token=consistency_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
) -> DefinitionsView | ReadKpiDefinitionsProblem | None:
    """What the KPIs mean

     Question, formula, numerator, denominator, windows, filters and version of each.

    Args:
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DefinitionsView | ReadKpiDefinitionsProblem
    """

    return sync_detailed(
        client=client,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
) -> Response[DefinitionsView | ReadKpiDefinitionsProblem]:
    """What the KPIs mean

     Question, formula, numerator, denominator, windows, filters and version of each.

    Args:
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DefinitionsView | ReadKpiDefinitionsProblem]
    """

    kwargs = _get_kwargs(
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    consistency_token: str | Unset = UNSET,
) -> DefinitionsView | ReadKpiDefinitionsProblem | None:
    """What the KPIs mean

     Question, formula, numerator, denominator, windows, filters and version of each.

    Args:
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DefinitionsView | ReadKpiDefinitionsProblem
    """

    return (
        await asyncio_detailed(
            client=client,
            consistency_token=consistency_token,
        )
    ).parsed
