from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="VisitView")


@_attrs_define
class VisitView:
    """What a visit was.

    Attributes:
        person_id (UUID): Who the caller is on the platform
        visited_on (str): The UTC day
        counted (bool): It is the first on this day
        activated (bool): It is the first ever
    """

    person_id: UUID
    visited_on: str
    counted: bool
    activated: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        person_id = str(self.person_id)

        visited_on = self.visited_on

        counted = self.counted

        activated = self.activated

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "person_id": person_id,
                "visited_on": visited_on,
                "counted": counted,
                "activated": activated,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        person_id = UUID(d.pop("person_id"))

        visited_on = d.pop("visited_on")

        counted = d.pop("counted")

        activated = d.pop("activated")

        visit_view = cls(
            person_id=person_id,
            visited_on=visited_on,
            counted=counted,
            activated=activated,
        )

        visit_view.additional_properties = d
        return visit_view

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
