from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.comment_patch_in import CommentPatchIn
from ...models.comment_view import CommentView
from ...models.edit_comment_problem import EditCommentProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    comment_id: UUID,
    *,
    body: CommentPatchIn,
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
        "method": "patch",
        "url": "/v1/comments/{comment_id}".format(
            comment_id=quote(str(comment_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CommentView | EditCommentProblem | None:
    if response.status_code == 200:
        response_200 = CommentView.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = EditCommentProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = EditCommentProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = EditCommentProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = EditCommentProblem.from_dict(response.json())

        return response_404

    if response.status_code == 408:
        response_408 = EditCommentProblem.from_dict(response.json())

        return response_408

    if response.status_code == 409:
        response_409 = EditCommentProblem.from_dict(response.json())

        return response_409

    if response.status_code == 412:
        response_412 = EditCommentProblem.from_dict(response.json())

        return response_412

    if response.status_code == 413:
        response_413 = EditCommentProblem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = EditCommentProblem.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = EditCommentProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = EditCommentProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = EditCommentProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CommentView | EditCommentProblem]:
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
    body: CommentPatchIn,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[CommentView | EditCommentProblem]:
    """Edit a comment

    Args:
        comment_id (UUID): A UUID
        if_match (str | Unset): Do it only to this version: its ETag, or one of several, or *.
            What compressing proxies make of an ETag is recognised: weak, or with a suffix
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (CommentPatchIn): The new wording.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CommentView | EditCommentProblem]
    """

    kwargs = _get_kwargs(
        comment_id=comment_id,
        body=body,
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
    body: CommentPatchIn,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> CommentView | EditCommentProblem | None:
    """Edit a comment

    Args:
        comment_id (UUID): A UUID
        if_match (str | Unset): Do it only to this version: its ETag, or one of several, or *.
            What compressing proxies make of an ETag is recognised: weak, or with a suffix
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (CommentPatchIn): The new wording.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CommentView | EditCommentProblem
    """

    return sync_detailed(
        comment_id=comment_id,
        client=client,
        body=body,
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
    body: CommentPatchIn,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> Response[CommentView | EditCommentProblem]:
    """Edit a comment

    Args:
        comment_id (UUID): A UUID
        if_match (str | Unset): Do it only to this version: its ETag, or one of several, or *.
            What compressing proxies make of an ETag is recognised: weak, or with a suffix
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (CommentPatchIn): The new wording.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CommentView | EditCommentProblem]
    """

    kwargs = _get_kwargs(
        comment_id=comment_id,
        body=body,
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
    body: CommentPatchIn,
    if_match: str | Unset = UNSET,
    consistency_token: str | Unset = UNSET,
    occurred_at: str | Unset = UNSET,
    act_as: str | Unset = UNSET,
    act_as_roles: str | Unset = UNSET,
) -> CommentView | EditCommentProblem | None:
    """Edit a comment

    Args:
        comment_id (UUID): A UUID
        if_match (str | Unset): Do it only to this version: its ETag, or one of several, or *.
            What compressing proxies make of an ETag is recognised: weak, or with a suffix
        consistency_token (str | Unset):
        occurred_at (str | Unset):
        act_as (str | Unset):
        act_as_roles (str | Unset):
        body (CommentPatchIn): The new wording.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CommentView | EditCommentProblem
    """

    return (
        await asyncio_detailed(
            comment_id=comment_id,
            client=client,
            body=body,
            if_match=if_match,
            consistency_token=consistency_token,
            occurred_at=occurred_at,
            act_as=act_as,
            act_as_roles=act_as_roles,
        )
    ).parsed
