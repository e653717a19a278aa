from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="BallotView")


@_attrs_define
class BallotView:
    """My vote.

    Attributes:
        contest_id (UUID):
        entry_ids (list[UUID]):
        cast_at (datetime.datetime):
        changed_at (datetime.datetime):
    """

    contest_id: UUID
    entry_ids: list[UUID]
    cast_at: datetime.datetime
    changed_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        contest_id = str(self.contest_id)

        entry_ids = []
        for entry_ids_item_data in self.entry_ids:
            entry_ids_item = str(entry_ids_item_data)
            entry_ids.append(entry_ids_item)

        cast_at = self.cast_at.isoformat()

        changed_at = self.changed_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "contest_id": contest_id,
                "entry_ids": entry_ids,
                "cast_at": cast_at,
                "changed_at": changed_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        contest_id = UUID(d.pop("contest_id"))

        entry_ids = []
        _entry_ids = d.pop("entry_ids")
        for entry_ids_item_data in _entry_ids:
            entry_ids_item = UUID(entry_ids_item_data)

            entry_ids.append(entry_ids_item)

        cast_at = datetime.datetime.fromisoformat(d.pop("cast_at"))

        changed_at = datetime.datetime.fromisoformat(d.pop("changed_at"))

        ballot_view = cls(
            contest_id=contest_id,
            entry_ids=entry_ids,
            cast_at=cast_at,
            changed_at=changed_at,
        )

        ballot_view.additional_properties = d
        return ballot_view

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
