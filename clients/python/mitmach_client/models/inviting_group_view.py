from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.inviting_group_view_kind import (
    InvitingGroupViewKind,
    check_inviting_group_view_kind,
)
from ..models.inviting_group_view_visibility import (
    InvitingGroupViewVisibility,
    check_inviting_group_view_visibility,
)

T = TypeVar("T", bound="InvitingGroupView")


@_attrs_define
class InvitingGroupView:
    """What the invited need to know of a group.

    Attributes:
        id (UUID):
        name (str):
        purpose (str):
        kind (InvitingGroupViewKind):
        visibility (InvitingGroupViewVisibility):
    """

    id: UUID
    name: str
    purpose: str
    kind: InvitingGroupViewKind
    visibility: InvitingGroupViewVisibility
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        name = self.name

        purpose = self.purpose

        kind: str = self.kind

        visibility: str = self.visibility

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "purpose": purpose,
                "kind": kind,
                "visibility": visibility,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        name = d.pop("name")

        purpose = d.pop("purpose")

        kind = check_inviting_group_view_kind(d.pop("kind"))

        visibility = check_inviting_group_view_visibility(d.pop("visibility"))

        inviting_group_view = cls(
            id=id,
            name=name,
            purpose=purpose,
            kind=kind,
            visibility=visibility,
        )

        inviting_group_view.additional_properties = d
        return inviting_group_view

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
