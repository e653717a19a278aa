from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.share_view import ShareView


T = TypeVar("T", bound="PostFiguresView")


@_attrs_define
class PostFiguresView:
    """What a post came to. People are counted without its author, acts net.

    With fewer than five viewers nobody learns how many there were: one could tell who.

        Attributes:
            post_id (UUID):
            group_id (UUID):
            format_ (str):
            kind (str):
            topics (list[str]):
            published_at (datetime.datetime):
            status (str):
            audience (int):
            views (int | None):
            viewers (int | None):
            interactors (int | None):
            comments (int):
            reactions (int):
            shares (int): People who have passed it on, however often each has
            poll_votes (int):
            reach (ShareView): A share with both of its numbers; all null where there is nothing, or too few people.
            spill (int | None):
            engagement (ShareView): A share with both of its numbers; all null where there is nothing, or too few people.
            seconds_to_first_response (float | None):
            suppressed (bool):
    """

    post_id: UUID
    group_id: UUID
    format_: str
    kind: str
    topics: list[str]
    published_at: datetime.datetime
    status: str
    audience: int
    views: int | None
    viewers: int | None
    interactors: int | None
    comments: int
    reactions: int
    shares: int
    poll_votes: int
    reach: ShareView
    spill: int | None
    engagement: ShareView
    seconds_to_first_response: float | None
    suppressed: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        post_id = str(self.post_id)

        group_id = str(self.group_id)

        format_ = self.format_

        kind = self.kind

        topics = self.topics

        published_at = self.published_at.isoformat()

        status = self.status

        audience = self.audience

        views: int | None
        views = self.views

        viewers: int | None
        viewers = self.viewers

        interactors: int | None
        interactors = self.interactors

        comments = self.comments

        reactions = self.reactions

        shares = self.shares

        poll_votes = self.poll_votes

        reach = self.reach.to_dict()

        spill: int | None
        spill = self.spill

        engagement = self.engagement.to_dict()

        seconds_to_first_response: float | None
        seconds_to_first_response = self.seconds_to_first_response

        suppressed = self.suppressed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "post_id": post_id,
                "group_id": group_id,
                "format": format_,
                "kind": kind,
                "topics": topics,
                "published_at": published_at,
                "status": status,
                "audience": audience,
                "views": views,
                "viewers": viewers,
                "interactors": interactors,
                "comments": comments,
                "reactions": reactions,
                "shares": shares,
                "poll_votes": poll_votes,
                "reach": reach,
                "spill": spill,
                "engagement": engagement,
                "seconds_to_first_response": seconds_to_first_response,
                "suppressed": suppressed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.share_view import ShareView  # noqa: PLC0415

        d = dict(src_dict)
        post_id = UUID(d.pop("post_id"))

        group_id = UUID(d.pop("group_id"))

        format_ = d.pop("format")

        kind = d.pop("kind")

        topics = cast(list[str], d.pop("topics"))

        published_at = datetime.datetime.fromisoformat(d.pop("published_at"))

        status = d.pop("status")

        audience = d.pop("audience")

        def _parse_views(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        views = _parse_views(d.pop("views"))

        def _parse_viewers(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        viewers = _parse_viewers(d.pop("viewers"))

        def _parse_interactors(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        interactors = _parse_interactors(d.pop("interactors"))

        comments = d.pop("comments")

        reactions = d.pop("reactions")

        shares = d.pop("shares")

        poll_votes = d.pop("poll_votes")

        reach = ShareView.from_dict(d.pop("reach"))

        def _parse_spill(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        spill = _parse_spill(d.pop("spill"))

        engagement = ShareView.from_dict(d.pop("engagement"))

        def _parse_seconds_to_first_response(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        seconds_to_first_response = _parse_seconds_to_first_response(
            d.pop("seconds_to_first_response")
        )

        suppressed = d.pop("suppressed")

        post_figures_view = cls(
            post_id=post_id,
            group_id=group_id,
            format_=format_,
            kind=kind,
            topics=topics,
            published_at=published_at,
            status=status,
            audience=audience,
            views=views,
            viewers=viewers,
            interactors=interactors,
            comments=comments,
            reactions=reactions,
            shares=shares,
            poll_votes=poll_votes,
            reach=reach,
            spill=spill,
            engagement=engagement,
            seconds_to_first_response=seconds_to_first_response,
            suppressed=suppressed,
        )

        post_figures_view.additional_properties = d
        return post_figures_view

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
