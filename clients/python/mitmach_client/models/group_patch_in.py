from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.group_patch_in_visibility import (
    GroupPatchInVisibility,
    check_group_patch_in_visibility,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="GroupPatchIn")


@_attrs_define
class GroupPatchIn:
    """What to change; what is left out stays. Topics are replaced together.

    Attributes:
        visibility (GroupPatchInVisibility | Unset):
        name (str | Unset):
        purpose (str | Unset):
        topics (list[str] | Unset): In any spelling; answered as lower-case words joined by hyphens. `+` and `#` belong
            to the word that they end (c++, c#) and elsewhere separate words
    """

    visibility: GroupPatchInVisibility | Unset = UNSET
    name: str | Unset = UNSET
    purpose: str | Unset = UNSET
    topics: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        visibility: str | Unset = UNSET
        if not isinstance(self.visibility, Unset):
            visibility = self.visibility

        name = self.name

        purpose = self.purpose

        topics: list[str] | Unset = UNSET
        if not isinstance(self.topics, Unset):
            topics = self.topics

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if visibility is not UNSET:
            field_dict["visibility"] = visibility
        if name is not UNSET:
            field_dict["name"] = name
        if purpose is not UNSET:
            field_dict["purpose"] = purpose
        if topics is not UNSET:
            field_dict["topics"] = topics

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _visibility = d.pop("visibility", UNSET)
        visibility: GroupPatchInVisibility | Unset
        if isinstance(_visibility, Unset):
            visibility = UNSET
        else:
            visibility = check_group_patch_in_visibility(_visibility)

        name = d.pop("name", UNSET)

        purpose = d.pop("purpose", UNSET)

        topics = cast(list[str], d.pop("topics", UNSET))

        group_patch_in = cls(
            visibility=visibility,
            name=name,
            purpose=purpose,
            topics=topics,
        )

        return group_patch_in
