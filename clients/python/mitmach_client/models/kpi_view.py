from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.kpi_view_parts import KpiViewParts


T = TypeVar("T", bound="KpiView")


@_attrs_define
class KpiView:
    """A KPI for one window.

    Attributes:
        name (str):
        window (str):
        numerator (float | None):
        denominator (float | None):
        value (float | None):
        suppressed (bool):
        previous (float | None):
        parts (KpiViewParts):
        definition_version (int):
        as_of (datetime.datetime):
        provisional (bool):
        complete_from (datetime.datetime | None):
    """

    name: str
    window: str
    numerator: float | None
    denominator: float | None
    value: float | None
    suppressed: bool
    previous: float | None
    parts: KpiViewParts
    definition_version: int
    as_of: datetime.datetime
    provisional: bool
    complete_from: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        window = self.window

        numerator: float | None
        numerator = self.numerator

        denominator: float | None
        denominator = self.denominator

        value: float | None
        value = self.value

        suppressed = self.suppressed

        previous: float | None
        previous = self.previous

        parts = self.parts.to_dict()

        definition_version = self.definition_version

        as_of = self.as_of.isoformat()

        provisional = self.provisional

        complete_from: None | str
        if isinstance(self.complete_from, datetime.datetime):
            complete_from = self.complete_from.isoformat()
        else:
            complete_from = self.complete_from

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "window": window,
                "numerator": numerator,
                "denominator": denominator,
                "value": value,
                "suppressed": suppressed,
                "previous": previous,
                "parts": parts,
                "definition_version": definition_version,
                "as_of": as_of,
                "provisional": provisional,
                "complete_from": complete_from,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.kpi_view_parts import KpiViewParts  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        window = d.pop("window")

        def _parse_numerator(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        numerator = _parse_numerator(d.pop("numerator"))

        def _parse_denominator(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        denominator = _parse_denominator(d.pop("denominator"))

        def _parse_value(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        value = _parse_value(d.pop("value"))

        suppressed = d.pop("suppressed")

        def _parse_previous(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        previous = _parse_previous(d.pop("previous"))

        parts = KpiViewParts.from_dict(d.pop("parts"))

        definition_version = d.pop("definition_version")

        as_of = datetime.datetime.fromisoformat(d.pop("as_of"))

        provisional = d.pop("provisional")

        def _parse_complete_from(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                complete_from_type_0 = datetime.datetime.fromisoformat(data)

                return complete_from_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        complete_from = _parse_complete_from(d.pop("complete_from"))

        kpi_view = cls(
            name=name,
            window=window,
            numerator=numerator,
            denominator=denominator,
            value=value,
            suppressed=suppressed,
            previous=previous,
            parts=parts,
            definition_version=definition_version,
            as_of=as_of,
            provisional=provisional,
            complete_from=complete_from,
        )

        kpi_view.additional_properties = d
        return kpi_view

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
