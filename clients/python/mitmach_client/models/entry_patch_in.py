from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.media_input import MediaInput


T = TypeVar("T", bound="EntryPatchIn")


@_attrs_define
class EntryPatchIn:
    """What is to be different in an entry; what is left out stays. Media are replaced together.

    Attributes:
        title (str | Unset):
        text (str | Unset): Markdown
        media (list[MediaInput] | Unset):
    """

    title: str | Unset = UNSET
    text: str | Unset = UNSET
    media: list[MediaInput] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        title = self.title

        text = self.text

        media: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.media, Unset):
            media = []
            for media_item_data in self.media:
                media_item = media_item_data.to_dict()
                media.append(media_item)

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if title is not UNSET:
            field_dict["title"] = title
        if text is not UNSET:
            field_dict["text"] = text
        if media is not UNSET:
            field_dict["media"] = media

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.media_input import MediaInput  # noqa: PLC0415

        d = dict(src_dict)
        title = d.pop("title", UNSET)

        text = d.pop("text", UNSET)

        _media = d.pop("media", UNSET)
        media: list[MediaInput] | Unset = UNSET
        if _media is not UNSET:
            media = []
            for media_item_data in _media:
                media_item = MediaInput.from_dict(media_item_data)

                media.append(media_item)

        entry_patch_in = cls(
            title=title,
            text=text,
            media=media,
        )

        return entry_patch_in
