from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.member_view_account import MemberViewAccount, check_member_view_account
from ..models.member_view_role import MemberViewRole, check_member_view_role

T = TypeVar("T", bound="MemberView")


@_attrs_define
class MemberView:
    """A member.

    Attributes:
        person_id (UUID):
        name (str):
        role (MemberViewRole):
        since (datetime.datetime):
        account (MemberViewAccount): Programs are members and aren't counted as such
        suspended (bool): Shown to those who run the platform, and to the person; others don't see suspended members,
            and nobody counts them
        version (int):
    """

    person_id: UUID
    name: str
    role: MemberViewRole
    since: datetime.datetime
    account: MemberViewAccount
    suspended: bool
    version: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        person_id = str(self.person_id)

        name = self.name

        role: str = self.role

        since = self.since.isoformat()

        account: str = self.account

        suspended = self.suspended

        version = self.version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "person_id": person_id,
                "name": name,
                "role": role,
                "since": since,
                "account": account,
                "suspended": suspended,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        person_id = UUID(d.pop("person_id"))

        name = d.pop("name")

        role = check_member_view_role(d.pop("role"))

        since = datetime.datetime.fromisoformat(d.pop("since"))

        account = check_member_view_account(d.pop("account"))

        suspended = d.pop("suspended")

        version = d.pop("version")

        member_view = cls(
            person_id=person_id,
            name=name,
            role=role,
            since=since,
            account=account,
            suspended=suspended,
            version=version,
        )

        member_view.additional_properties = d
        return member_view

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
