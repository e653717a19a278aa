from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

T = TypeVar("T", bound="BallotIn")


@_attrs_define
class BallotIn:
    """A vote: the chosen entries, in any order.

    Attributes:
        entry_ids (list[UUID]):
    """

    entry_ids: list[UUID]

    def to_dict(self) -> dict[str, Any]:
        entry_ids = []
        for entry_ids_item_data in self.entry_ids:
            entry_ids_item = str(entry_ids_item_data)
            entry_ids.append(entry_ids_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "entry_ids": entry_ids,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        entry_ids = []
        _entry_ids = d.pop("entry_ids")
        for entry_ids_item_data in _entry_ids:
            entry_ids_item = UUID(entry_ids_item_data)

            entry_ids.append(entry_ids_item)

        ballot_in = cls(
            entry_ids=entry_ids,
        )

        return ballot_in
