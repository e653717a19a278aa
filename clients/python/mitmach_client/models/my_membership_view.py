from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.membership_standing import MembershipStanding, check_membership_standing
from ..models.my_membership_view_role_type_0 import (
    MyMembershipViewRoleType0,
    check_my_membership_view_role_type_0,
)

T = TypeVar("T", bound="MyMembershipView")


@_attrs_define
class MyMembershipView:
    """How the caller stands with a group.

    Attributes:
        standing (MembershipStanding): Where a person stands with a group.
        role (MyMembershipViewRoleType0 | None): Of members
    """

    standing: MembershipStanding
    role: MyMembershipViewRoleType0 | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        standing: str = self.standing

        role: None | str
        if isinstance(self.role, str):
            role = self.role
        else:
            role = self.role

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "standing": standing,
                "role": role,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        standing = check_membership_standing(d.pop("standing"))

        def _parse_role(data: object) -> MyMembershipViewRoleType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                role_type_0 = check_my_membership_view_role_type_0(data)

                return role_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MyMembershipViewRoleType0 | None, data)

        role = _parse_role(d.pop("role"))

        my_membership_view = cls(
            standing=standing,
            role=role,
        )

        my_membership_view.additional_properties = d
        return my_membership_view

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
