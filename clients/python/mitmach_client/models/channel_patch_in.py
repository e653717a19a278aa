from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.channel_patch_in_kind import (
    ChannelPatchInKind,
    check_channel_patch_in_kind,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="ChannelPatchIn")


@_attrs_define
class ChannelPatchIn:
    """What to change; what is left out stays.

    Attributes:
        kind (ChannelPatchInKind | Unset):
        name (str | Unset):
        description (str | Unset):
    """

    kind: ChannelPatchInKind | Unset = UNSET
    name: str | Unset = UNSET
    description: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind

        name = self.name

        description = self.description

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if kind is not UNSET:
            field_dict["kind"] = kind
        if name is not UNSET:
            field_dict["name"] = name
        if description is not UNSET:
            field_dict["description"] = description

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _kind = d.pop("kind", UNSET)
        kind: ChannelPatchInKind | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = check_channel_patch_in_kind(_kind)

        name = d.pop("name", UNSET)

        description = d.pop("description", UNSET)

        channel_patch_in = cls(
            kind=kind,
            name=name,
            description=description,
        )

        return channel_patch_in
