from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.group_in_kind import GroupInKind, check_group_in_kind
from ..models.group_in_visibility import GroupInVisibility, check_group_in_visibility
from ..types import UNSET, Unset

T = TypeVar("T", bound="GroupIn")


@_attrs_define
class GroupIn:
    """A group to found.

    Attributes:
        kind (GroupInKind):
        name (str):
        visibility (GroupInVisibility | Unset): open: everybody reads and joins; closed: everybody sees that it exists,
            and people are let in; secret: only members and the invited know of it. Left out, it is `open`.
        purpose (str | Unset):
        topics (list[str] | Unset): In any spelling; answered as lower-case words joined by hyphens. `+` and `#` belong
            to the word that they end (c++, c#) and elsewhere separate words
    """

    kind: GroupInKind
    name: str
    visibility: GroupInVisibility | Unset = UNSET
    purpose: str | Unset = UNSET
    topics: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        name = self.name

        visibility: str | Unset = UNSET
        if not isinstance(self.visibility, Unset):
            visibility = self.visibility

        purpose = self.purpose

        topics: list[str] | Unset = UNSET
        if not isinstance(self.topics, Unset):
            topics = self.topics

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "name": name,
            }
        )
        if visibility is not UNSET:
            field_dict["visibility"] = visibility
        if purpose is not UNSET:
            field_dict["purpose"] = purpose
        if topics is not UNSET:
            field_dict["topics"] = topics

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = check_group_in_kind(d.pop("kind"))

        name = d.pop("name")

        _visibility = d.pop("visibility", UNSET)
        visibility: GroupInVisibility | Unset
        if isinstance(_visibility, Unset):
            visibility = UNSET
        else:
            visibility = check_group_in_visibility(_visibility)

        purpose = d.pop("purpose", UNSET)

        topics = cast(list[str], d.pop("topics", UNSET))

        group_in = cls(
            kind=kind,
            name=name,
            visibility=visibility,
            purpose=purpose,
            topics=topics,
        )

        return group_in
