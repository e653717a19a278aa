from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="MediaInput")


@_attrs_define
class MediaInput:
    """A reference to a picture, film or file that is stored elsewhere.

    Attributes:
        url (str):
        alt (str | Unset): What it shows, for those who can't see it
    """

    url: str
    alt: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        url = self.url

        alt = self.alt

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "url": url,
            }
        )
        if alt is not UNSET:
            field_dict["alt"] = alt

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        url = d.pop("url")

        alt = d.pop("alt", UNSET)

        media_input = cls(
            url=url,
            alt=alt,
        )

        return media_input
