from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.group_view_kind import GroupViewKind, check_group_view_kind
from ..models.group_view_visibility import (
    GroupViewVisibility,
    check_group_view_visibility,
)

if TYPE_CHECKING:
    from ..models.my_membership_view import MyMembershipView


T = TypeVar("T", bound="GroupView")


@_attrs_define
class GroupView:
    """A group.

    Attributes:
        id (UUID):
        kind (GroupViewKind):
        visibility (GroupViewVisibility):
        name (str):
        purpose (str):
        topics (list[str]):
        member_count (int): A moment old; that the caller belongs to it is in it at once
        mine (MyMembershipView | None): Null where the caller has nothing to do with it
        resembles (list[str]): Ids of groups whose name can't be told from this one, at most five, the oldest first;
            never of secret ones
        created_at (datetime.datetime):
        archived_at (datetime.datetime | None):
        version (int):
    """

    id: UUID
    kind: GroupViewKind
    visibility: GroupViewVisibility
    name: str
    purpose: str
    topics: list[str]
    member_count: int
    mine: MyMembershipView | None
    resembles: list[str]
    created_at: datetime.datetime
    archived_at: datetime.datetime | None
    version: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.my_membership_view import MyMembershipView  # noqa: PLC0415

        id = str(self.id)

        kind: str = self.kind

        visibility: str = self.visibility

        name = self.name

        purpose = self.purpose

        topics = self.topics

        member_count = self.member_count

        mine: dict[str, Any] | None
        if isinstance(self.mine, MyMembershipView):
            mine = self.mine.to_dict()
        else:
            mine = self.mine

        resembles = self.resembles

        created_at = self.created_at.isoformat()

        archived_at: None | str
        if isinstance(self.archived_at, datetime.datetime):
            archived_at = self.archived_at.isoformat()
        else:
            archived_at = self.archived_at

        version = self.version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "visibility": visibility,
                "name": name,
                "purpose": purpose,
                "topics": topics,
                "member_count": member_count,
                "mine": mine,
                "resembles": resembles,
                "created_at": created_at,
                "archived_at": archived_at,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.my_membership_view import MyMembershipView  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = check_group_view_kind(d.pop("kind"))

        visibility = check_group_view_visibility(d.pop("visibility"))

        name = d.pop("name")

        purpose = d.pop("purpose")

        topics = cast(list[str], d.pop("topics"))

        member_count = d.pop("member_count")

        def _parse_mine(data: object) -> MyMembershipView | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                mine_type_0 = MyMembershipView.from_dict(data)

                return mine_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MyMembershipView | None, data)

        mine = _parse_mine(d.pop("mine"))

        resembles = cast(list[str], d.pop("resembles"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_archived_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                archived_at_type_0 = datetime.datetime.fromisoformat(data)

                return archived_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        archived_at = _parse_archived_at(d.pop("archived_at"))

        version = d.pop("version")

        group_view = cls(
            id=id,
            kind=kind,
            visibility=visibility,
            name=name,
            purpose=purpose,
            topics=topics,
            member_count=member_count,
            mine=mine,
            resembles=resembles,
            created_at=created_at,
            archived_at=archived_at,
            version=version,
        )

        group_view.additional_properties = d
        return group_view

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
