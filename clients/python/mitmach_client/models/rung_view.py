from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RungView")


@_attrs_define
class RungView:
    """Members who did so much and no more; null where that would tell of few.

    Attributes:
        people (int | None):
        of_eligible (float | None):
        suppressed (bool):
    """

    people: int | None
    of_eligible: float | None
    suppressed: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        people: int | None
        people = self.people

        of_eligible: float | None
        of_eligible = self.of_eligible

        suppressed = self.suppressed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "people": people,
                "of_eligible": of_eligible,
                "suppressed": suppressed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_people(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        people = _parse_people(d.pop("people"))

        def _parse_of_eligible(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        of_eligible = _parse_of_eligible(d.pop("of_eligible"))

        suppressed = d.pop("suppressed")

        rung_view = cls(
            people=people,
            of_eligible=of_eligible,
            suppressed=suppressed,
        )

        rung_view.additional_properties = d
        return rung_view

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
