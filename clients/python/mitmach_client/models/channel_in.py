from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.channel_in_kind import ChannelInKind, check_channel_in_kind
from ..types import UNSET, Unset

T = TypeVar("T", bound="ChannelIn")


@_attrs_define
class ChannelIn:
    """A channel to open.

    Attributes:
        kind (ChannelInKind): In news only those who lead the group post
        name (str):
        description (str | Unset):
    """

    kind: ChannelInKind
    name: str
    description: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        name = self.name

        description = self.description

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "name": name,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = check_channel_in_kind(d.pop("kind"))

        name = d.pop("name")

        description = d.pop("description", UNSET)

        channel_in = cls(
            kind=kind,
            name=name,
            description=description,
        )

        return channel_in
