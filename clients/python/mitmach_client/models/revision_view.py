from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.media_view import MediaView


T = TypeVar("T", bound="RevisionView")


@_attrs_define
class RevisionView:
    """What a post said before it was edited.

    Attributes:
        version (int):
        title (str):
        text (str):
        topics (list[str]):
        media (list[MediaView]):
        replaced_at (datetime.datetime):
    """

    version: int
    title: str
    text: str
    topics: list[str]
    media: list[MediaView]
    replaced_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        title = self.title

        text = self.text

        topics = self.topics

        media = []
        for media_item_data in self.media:
            media_item = media_item_data.to_dict()
            media.append(media_item)

        replaced_at = self.replaced_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "title": title,
                "text": text,
                "topics": topics,
                "media": media,
                "replaced_at": replaced_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.media_view import MediaView  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        title = d.pop("title")

        text = d.pop("text")

        topics = cast(list[str], d.pop("topics"))

        media = []
        _media = d.pop("media")
        for media_item_data in _media:
            media_item = MediaView.from_dict(media_item_data)

            media.append(media_item)

        replaced_at = datetime.datetime.fromisoformat(d.pop("replaced_at"))

        revision_view = cls(
            version=version,
            title=title,
            text=text,
            topics=topics,
            media=media,
            replaced_at=replaced_at,
        )

        revision_view.additional_properties = d
        return revision_view

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
