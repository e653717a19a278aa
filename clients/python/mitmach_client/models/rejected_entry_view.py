from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rejected_entry_view_category import (
    RejectedEntryViewCategory,
    check_rejected_entry_view_category,
)

T = TypeVar("T", bound="RejectedEntryView")


@_attrs_define
class RejectedEntryView:
    """An entry that two people rejected while others voted.

    Attributes:
        entry_id (UUID):
        category (RejectedEntryViewCategory): Why
        rejected_at (datetime.datetime):
    """

    entry_id: UUID
    category: RejectedEntryViewCategory
    rejected_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        entry_id = str(self.entry_id)

        category: str = self.category

        rejected_at = self.rejected_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "entry_id": entry_id,
                "category": category,
                "rejected_at": rejected_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        entry_id = UUID(d.pop("entry_id"))

        category = check_rejected_entry_view_category(d.pop("category"))

        rejected_at = datetime.datetime.fromisoformat(d.pop("rejected_at"))

        rejected_entry_view = cls(
            entry_id=entry_id,
            category=category,
            rejected_at=rejected_at,
        )

        rejected_entry_view.additional_properties = d
        return rejected_entry_view

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
