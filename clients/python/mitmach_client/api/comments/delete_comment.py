from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.delete_comment_problem import DeleteCommentProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    comment_id: UUID,
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
        "method": "delete",
        "url": "/v1/comments/{comment_id}".format(
            comment_id=quote(str(comment_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | DeleteCommentProblem | None:
    if response.status_code == 204:
        response_204 = cast(Any, None)
        return response_204

    if response.status_code == 400:
        response_400 = DeleteCommentProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = DeleteCommentProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = DeleteCommentProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = DeleteCommentProblem.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = DeleteCommentProblem.from_dict(response.json())

        return response_409

    if response.status_code == 412:
        response_412 = DeleteCommentProblem.from_dict(response.json())

        return response_412

    if response.status_code == 422:
        response_422 = DeleteCommentProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = DeleteCommentProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = DeleteCommentProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | DeleteCommentProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    comment_id: UUID,
    *,
    client: AuthenticatedClient,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[Any | DeleteCommentProblem]:
    """Delete a comment

     By its author, or by those who moderate.

    Args:
        comment_id (UUID): A UUID
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
        Response[Any | DeleteCommentProblem]
    """

    kwargs = _get_kwargs(
        comment_id=comment_id,
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
    comment_id: UUID,
    *,
    client: AuthenticatedClient,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Any | DeleteCommentProblem | None:
    """Delete a comment

     By its author, or by those who moderate.

    Args:
        comment_id (UUID): A UUID
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
        Any | DeleteCommentProblem
    """

    return sync_detailed(
        comment_id=comment_id,
        client=client,
        if_match=if_match,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    ).parsed


async def asyncio_detailed(
    comment_id: UUID,
    *,
    client: AuthenticatedClient,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[Any | DeleteCommentProblem]:
    """Delete a comment

     By its author, or by those who moderate.

    Args:
        comment_id (UUID): A UUID
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
        Response[Any | DeleteCommentProblem]
    """

    kwargs = _get_kwargs(
        comment_id=comment_id,
        if_match=if_match,
        consistency_token=consistency_token,
        occurred_at=occurred_at,
        act_as=act_as,
        act_as_roles=act_as_roles,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    comment_id: UUID,
    *,
    client: AuthenticatedClient,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Any | DeleteCommentProblem | None:
    """Delete a comment

     By its author, or by those who moderate.

    Args:
        comment_id (UUID): A UUID
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
        Any | DeleteCommentProblem
    """

    return (
        await asyncio_detailed(
            comment_id=comment_id,
            client=client,
            if_match=if_match,
            consistency_token=consistency_token,
            occurred_at=occurred_at,
            act_as=act_as,
            act_as_roles=act_as_roles,
        )
    ).parsed
