from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.kpi_view import KpiView
from ...models.read_kpi_problem import ReadKpiProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    name: str,
    *,
    window: str | Unset = "30d",
    group: UUID | Unset = UNSET,
    format_: str | Unset = UNSET,
    topic: str | Unset = UNSET,
    department: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    params: dict[str, Any] = {}

    params["window"] = window

    json_group: str | Unset = UNSET
    if not isinstance(group, Unset):
        json_group = str(group)
    params["group"] = json_group

    params["format"] = format_

    params["topic"] = topic

    params["department"] = department

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/kpis/{name}".format(
            name=quote(str(name), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> KpiView | ReadKpiProblem | None:
    if response.status_code == 200:
        response_200 = KpiView.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ReadKpiProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ReadKpiProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ReadKpiProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ReadKpiProblem.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = ReadKpiProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ReadKpiProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ReadKpiProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[KpiView | ReadKpiProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    name: str,
    *,
    client: AuthenticatedClient,
    window: str | Unset = "30d",
    group: UUID | Unset = UNSET,
    format_: str | Unset = UNSET,
    topic: str | Unset = UNSET,
    department: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[KpiView | ReadKpiProblem]:
    """One KPI

     For analysts and administrators; narrowed down to a group, for its owners too.

    Args:
        name (str): A name of the catalogue
        window (str | Unset): `7d` and `30d` are complete days and end with yesterday; or
            `FROM/TO` as dates, TO excluded. TO may be tomorrow: the answer is provisional then
            Default: '30d'.
        group (UUID | Unset): Only posts in this group
        format_ (str | Unset): Only posts of this format
        topic (str | Unset): Only posts on this topic, in whatever spelling a post may have it
        department (str | Unset): Only people of this department, each day those who were in it
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[KpiView | ReadKpiProblem]
    """

    kwargs = _get_kwargs(
        name=name,
        window=window,
        group=group,
        format_=format_,
        topic=topic,
        department=department,
        consistency_token=consistency_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    name: str,
    *,
    client: AuthenticatedClient,
    window: str | Unset = "30d",
    group: UUID | Unset = UNSET,
    format_: str | Unset = UNSET,
    topic: str | Unset = UNSET,
    department: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> KpiView | ReadKpiProblem | None:
    """One KPI

     For analysts and administrators; narrowed down to a group, for its owners too.

    Args:
        name (str): A name of the catalogue
        window (str | Unset): `7d` and `30d` are complete days and end with yesterday; or
            `FROM/TO` as dates, TO excluded. TO may be tomorrow: the answer is provisional then
            Default: '30d'.
        group (UUID | Unset): Only posts in this group
        format_ (str | Unset): Only posts of this format
        topic (str | Unset): Only posts on this topic, in whatever spelling a post may have it
        department (str | Unset): Only people of this department, each day those who were in it
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        KpiView | ReadKpiProblem
    """

    return sync_detailed(
        name=name,
        client=client,
        window=window,
        group=group,
        format_=format_,
        topic=topic,
        department=department,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    name: str,
    *,
    client: AuthenticatedClient,
    window: str | Unset = "30d",
    group: UUID | Unset = UNSET,
    format_: str | Unset = UNSET,
    topic: str | Unset = UNSET,
    department: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> Response[KpiView | ReadKpiProblem]:
    """One KPI

     For analysts and administrators; narrowed down to a group, for its owners too.

    Args:
        name (str): A name of the catalogue
        window (str | Unset): `7d` and `30d` are complete days and end with yesterday; or
            `FROM/TO` as dates, TO excluded. TO may be tomorrow: the answer is provisional then
            Default: '30d'.
        group (UUID | Unset): Only posts in this group
        format_ (str | Unset): Only posts of this format
        topic (str | Unset): Only posts on this topic, in whatever spelling a post may have it
        department (str | Unset): Only people of this department, each day those who were in it
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[KpiView | ReadKpiProblem]
    """

    kwargs = _get_kwargs(
        name=name,
        window=window,
        group=group,
        format_=format_,
        topic=topic,
        department=department,
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    name: str,
    *,
    client: AuthenticatedClient,
    window: str | Unset = "30d",
    group: UUID | Unset = UNSET,
    format_: str | Unset = UNSET,
    topic: str | Unset = UNSET,
    department: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
) -> KpiView | ReadKpiProblem | None:
    """One KPI

     For analysts and administrators; narrowed down to a group, for its owners too.

    Args:
        name (str): A name of the catalogue
        window (str | Unset): `7d` and `30d` are complete days and end with yesterday; or
            `FROM/TO` as dates, TO excluded. TO may be tomorrow: the answer is provisional then
            Default: '30d'.
        group (UUID | Unset): Only posts in this group
        format_ (str | Unset): Only posts of this format
        topic (str | Unset): Only posts on this topic, in whatever spelling a post may have it
        department (str | Unset): Only people of this department, each day those who were in it
        consistency_token (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        KpiView | ReadKpiProblem
    """

    return (
        await asyncio_detailed(
            name=name,
            client=client,
            window=window,
            group=group,
            format_=format_,
            topic=topic,
            department=department,
            consistency_token=consistency_token,
        )
    ).parsed
