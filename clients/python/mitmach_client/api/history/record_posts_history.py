from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.past_acts_in import PastActsIn
from ...models.record_posts_history_problem import RecordPostsHistoryProblem
from ...models.recorded_acts_view import RecordedActsView
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: PastActsIn,
    consistency_token: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(consistency_token, Unset):
        headers["Consistency-Token"] = consistency_token

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/history/posts",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> RecordPostsHistoryProblem | RecordedActsView | None:
    if response.status_code == 200:
        response_200 = RecordedActsView.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = RecordPostsHistoryProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = RecordPostsHistoryProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = RecordPostsHistoryProblem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = RecordPostsHistoryProblem.from_dict(response.json())

        return response_404

    if response.status_code == 408:
        response_408 = RecordPostsHistoryProblem.from_dict(response.json())

        return response_408

    if response.status_code == 409:
        response_409 = RecordPostsHistoryProblem.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = RecordPostsHistoryProblem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = RecordPostsHistoryProblem.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = RecordPostsHistoryProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = RecordPostsHistoryProblem.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = RecordPostsHistoryProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[RecordPostsHistoryProblem | RecordedActsView]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: PastActsIn,
    consistency_token: str | Unset = UNSET,
) -> Response[RecordPostsHistoryProblem | RecordedActsView]:
    """Record acts of before

     For who has the role importer, where the operator allows it. Acts are recorded together and in their
    order: add_comment, delete_post, edit_comment, edit_post, publish_post, react_to_comment,
    react_to_post, share_post, take_back_comment_reaction, take_back_reaction, view_post. One that is
    refused leaves the others alone. With the same Idempotency-Key, which has to be there, and the same
    acts the answer is the same for 60 days.

    Args:
        consistency_token (str | Unset):
        body (PastActsIn): Acts in the order in which they happened.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[RecordPostsHistoryProblem | RecordedActsView]
    """

    kwargs = _get_kwargs(
        body=body,
        consistency_token=consistency_token,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: PastActsIn,
    consistency_token: str | Unset = UNSET,
) -> RecordPostsHistoryProblem | RecordedActsView | None:
    """Record acts of before

     For who has the role importer, where the operator allows it. Acts are recorded together and in their
    order: add_comment, delete_post, edit_comment, edit_post, publish_post, react_to_comment,
    react_to_post, share_post, take_back_comment_reaction, take_back_reaction, view_post. One that is
    refused leaves the others alone. With the same Idempotency-Key, which has to be there, and the same
    acts the answer is the same for 60 days.

    Args:
        consistency_token (str | Unset):
        body (PastActsIn): Acts in the order in which they happened.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        RecordPostsHistoryProblem | RecordedActsView
    """

    return sync_detailed(
        client=client,
        body=body,
        consistency_token=consistency_token,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: PastActsIn,
    consistency_token: str | Unset = UNSET,
) -> Response[RecordPostsHistoryProblem | RecordedActsView]:
    """Record acts of before

     For who has the role importer, where the operator allows it. Acts are recorded together and in their
    order: add_comment, delete_post, edit_comment, edit_post, publish_post, react_to_comment,
    react_to_post, share_post, take_back_comment_reaction, take_back_reaction, view_post. One that is
    refused leaves the others alone. With the same Idempotency-Key, which has to be there, and the same
    acts the answer is the same for 60 days.

    Args:
        consistency_token (str | Unset):
        body (PastActsIn): Acts in the order in which they happened.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[RecordPostsHistoryProblem | RecordedActsView]
    """

    kwargs = _get_kwargs(
        body=body,
        consistency_token=consistency_token,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: PastActsIn,
    consistency_token: str | Unset = UNSET,
) -> RecordPostsHistoryProblem | RecordedActsView | None:
    """Record acts of before

     For who has the role importer, where the operator allows it. Acts are recorded together and in their
    order: add_comment, delete_post, edit_comment, edit_post, publish_post, react_to_comment,
    react_to_post, share_post, take_back_comment_reaction, take_back_reaction, view_post. One that is
    refused leaves the others alone. With the same Idempotency-Key, which has to be there, and the same
    acts the answer is the same for 60 days.

    Args:
        consistency_token (str | Unset):
        body (PastActsIn): Acts in the order in which they happened.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        RecordPostsHistoryProblem | RecordedActsView
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            consistency_token=consistency_token,
        )
    ).parsed
