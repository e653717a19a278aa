from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.post_view_format import PostViewFormat, check_post_view_format
from ..models.post_view_kind import PostViewKind, check_post_view_kind

if TYPE_CHECKING:
    from ..models.media_view import MediaView
    from ..models.my_engagement_view import MyEngagementView
    from ..models.post_counts_view import PostCountsView


T = TypeVar("T", bound="PostView")


@_attrs_define
class PostView:
    """A post as the caller sees it.

    Attributes:
        id (UUID):
        group_id (UUID):
        channel_id (UUID):
        author_id (UUID):
        format_ (PostViewFormat):
        kind (PostViewKind):
        title (str):
        text (str): Markdown source; rendering it safely is the client's task
        topics (list[str]):
        media (list[MediaView]):
        published_at (datetime.datetime):
        edited_at (datetime.datetime | None):
        version (int):
        counts (PostCountsView): What is counted beside a post: acts of others a moment late, the caller's at once.
        mine (MyEngagementView): What the caller has done with the post.
    """

    id: UUID
    group_id: UUID
    channel_id: UUID
    author_id: UUID
    format_: PostViewFormat
    kind: PostViewKind
    title: str
    text: str
    topics: list[str]
    media: list[MediaView]
    published_at: datetime.datetime
    edited_at: datetime.datetime | None
    version: int
    counts: PostCountsView
    mine: MyEngagementView
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        group_id = str(self.group_id)

        channel_id = str(self.channel_id)

        author_id = str(self.author_id)

        format_: str = self.format_

        kind: str = self.kind

        title = self.title

        text = self.text

        topics = self.topics

        media = []
        for media_item_data in self.media:
            media_item = media_item_data.to_dict()
            media.append(media_item)

        published_at = self.published_at.isoformat()

        edited_at: None | str
        if isinstance(self.edited_at, datetime.datetime):
            edited_at = self.edited_at.isoformat()
        else:
            edited_at = self.edited_at

        version = self.version

        counts = self.counts.to_dict()

        mine = self.mine.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "group_id": group_id,
                "channel_id": channel_id,
                "author_id": author_id,
                "format": format_,
                "kind": kind,
                "title": title,
                "text": text,
                "topics": topics,
                "media": media,
                "published_at": published_at,
                "edited_at": edited_at,
                "version": version,
                "counts": counts,
                "mine": mine,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.media_view import MediaView  # noqa: PLC0415
        from ..models.my_engagement_view import MyEngagementView  # noqa: PLC0415
        from ..models.post_counts_view import PostCountsView  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        group_id = UUID(d.pop("group_id"))

        channel_id = UUID(d.pop("channel_id"))

        author_id = UUID(d.pop("author_id"))

        format_ = check_post_view_format(d.pop("format"))

        kind = check_post_view_kind(d.pop("kind"))

        title = d.pop("title")

        text = d.pop("text")

        topics = cast(list[str], d.pop("topics"))

        media = []
        _media = d.pop("media")
        for media_item_data in _media:
            media_item = MediaView.from_dict(media_item_data)

            media.append(media_item)

        published_at = datetime.datetime.fromisoformat(d.pop("published_at"))

        def _parse_edited_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                edited_at_type_0 = datetime.datetime.fromisoformat(data)

                return edited_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        edited_at = _parse_edited_at(d.pop("edited_at"))

        version = d.pop("version")

        counts = PostCountsView.from_dict(d.pop("counts"))

        mine = MyEngagementView.from_dict(d.pop("mine"))

        post_view = cls(
            id=id,
            group_id=group_id,
            channel_id=channel_id,
            author_id=author_id,
            format_=format_,
            kind=kind,
            title=title,
            text=text,
            topics=topics,
            media=media,
            published_at=published_at,
            edited_at=edited_at,
            version=version,
            counts=counts,
            mine=mine,
        )

        post_view.additional_properties = d
        return post_view

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
