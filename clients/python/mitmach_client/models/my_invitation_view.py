from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.inviting_group_view import InvitingGroupView


T = TypeVar("T", bound="MyInvitationView")


@_attrs_define
class MyInvitationView:
    """An invitation.

    Attributes:
        group (InvitingGroupView | None): Null if it has just been deleted
        since (datetime.datetime):
    """

    group: InvitingGroupView | None
    since: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.inviting_group_view import InvitingGroupView  # noqa: PLC0415

        group: dict[str, Any] | None
        if isinstance(self.group, InvitingGroupView):
            group = self.group.to_dict()
        else:
            group = self.group

        since = self.since.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "group": group,
                "since": since,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.inviting_group_view import InvitingGroupView  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_group(data: object) -> InvitingGroupView | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                group_type_0 = InvitingGroupView.from_dict(data)

                return group_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(InvitingGroupView | None, data)

        group = _parse_group(d.pop("group"))

        since = datetime.datetime.fromisoformat(d.pop("since"))

        my_invitation_view = cls(
            group=group,
            since=since,
        )

        my_invitation_view.additional_properties = d
        return my_invitation_view

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
