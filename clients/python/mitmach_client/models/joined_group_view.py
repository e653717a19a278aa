from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.joined_group_view_role_type_0 import (
    JoinedGroupViewRoleType0,
    check_joined_group_view_role_type_0,
)
from ..models.membership_standing import MembershipStanding, check_membership_standing

T = TypeVar("T", bound="JoinedGroupView")


@_attrs_define
class JoinedGroupView:
    """How the caller stands with a group since they joined it.

    Attributes:
        group_id (UUID):
        person_id (UUID):
        standing (MembershipStanding): Where a person stands with a group.
        role (JoinedGroupViewRoleType0 | None): Of members
        since (datetime.datetime):
        version (int):
        member_count (int): As in the group, with the caller
    """

    group_id: UUID
    person_id: UUID
    standing: MembershipStanding
    role: JoinedGroupViewRoleType0 | None
    since: datetime.datetime
    version: int
    member_count: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        group_id = str(self.group_id)

        person_id = str(self.person_id)

        standing: str = self.standing

        role: None | str
        if isinstance(self.role, str):
            role = self.role
        else:
            role = self.role

        since = self.since.isoformat()

        version = self.version

        member_count = self.member_count

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "group_id": group_id,
                "person_id": person_id,
                "standing": standing,
                "role": role,
                "since": since,
                "version": version,
                "member_count": member_count,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        group_id = UUID(d.pop("group_id"))

        person_id = UUID(d.pop("person_id"))

        standing = check_membership_standing(d.pop("standing"))

        def _parse_role(data: object) -> JoinedGroupViewRoleType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                role_type_0 = check_joined_group_view_role_type_0(data)

                return role_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JoinedGroupViewRoleType0 | None, data)

        role = _parse_role(d.pop("role"))

        since = datetime.datetime.fromisoformat(d.pop("since"))

        version = d.pop("version")

        member_count = d.pop("member_count")

        joined_group_view = cls(
            group_id=group_id,
            person_id=person_id,
            standing=standing,
            role=role,
            since=since,
            version=version,
            member_count=member_count,
        )

        joined_group_view.additional_properties = d
        return joined_group_view

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
