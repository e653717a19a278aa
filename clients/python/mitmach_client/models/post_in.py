from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.post_in_format import PostInFormat, check_post_in_format
from ..models.post_in_kind import PostInKind, check_post_in_kind
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.media_input import MediaInput


T = TypeVar("T", bound="PostIn")


@_attrs_define
class PostIn:
    """A post to be published.

    Attributes:
        channel_id (UUID):
        format_ (PostInFormat | Unset): What it is made of. Photo, video, audio and document need a reference in
            `media`, a link needs one or an address in its text; poll and event don't exist yet. Left out, it is `text`.
        kind (PostInKind | Unset): What it is for. Left out, it is `discussion`.
        title (str | Unset):
        text (str | Unset): Markdown source, kept as it is
        topics (list[str] | Unset): Normalised here: lower case, hyphens between words, no repeats. `+` and `#` belong
            to the word that they end (c++, c#) and elsewhere separate words
        media (list[MediaInput] | Unset):
    """

    channel_id: UUID
    format_: PostInFormat | Unset = UNSET
    kind: PostInKind | Unset = UNSET
    title: str | Unset = UNSET
    text: str | Unset = UNSET
    topics: list[str] | Unset = UNSET
    media: list[MediaInput] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        channel_id = str(self.channel_id)

        format_: str | Unset = UNSET
        if not isinstance(self.format_, Unset):
            format_ = self.format_

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind

        title = self.title

        text = self.text

        topics: list[str] | Unset = UNSET
        if not isinstance(self.topics, Unset):
            topics = self.topics

        media: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.media, Unset):
            media = []
            for media_item_data in self.media:
                media_item = media_item_data.to_dict()
                media.append(media_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "channel_id": channel_id,
            }
        )
        if format_ is not UNSET:
            field_dict["format"] = format_
        if kind is not UNSET:
            field_dict["kind"] = kind
        if title is not UNSET:
            field_dict["title"] = title
        if text is not UNSET:
            field_dict["text"] = text
        if topics is not UNSET:
            field_dict["topics"] = topics
        if media is not UNSET:
            field_dict["media"] = media

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.media_input import MediaInput  # noqa: PLC0415

        d = dict(src_dict)
        channel_id = UUID(d.pop("channel_id"))

        _format_ = d.pop("format", UNSET)
        format_: PostInFormat | Unset
        if isinstance(_format_, Unset):
            format_ = UNSET
        else:
            format_ = check_post_in_format(_format_)

        _kind = d.pop("kind", UNSET)
        kind: PostInKind | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = check_post_in_kind(_kind)

        title = d.pop("title", UNSET)

        text = d.pop("text", UNSET)

        topics = cast(list[str], d.pop("topics", UNSET))

        _media = d.pop("media", UNSET)
        media: list[MediaInput] | Unset = UNSET
        if _media is not UNSET:
            media = []
            for media_item_data in _media:
                media_item = MediaInput.from_dict(media_item_data)

                media.append(media_item)

        post_in = cls(
            channel_id=channel_id,
            format_=format_,
            kind=kind,
            title=title,
            text=text,
            topics=topics,
            media=media,
        )

        return post_in
