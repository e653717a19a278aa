from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.live_totals_view import LiveTotalsView


T = TypeVar("T", bound="LiveCountsView")


@_attrs_define
class LiveCountsView:
    """The data of an event: all that was counted, and by how much it has grown.

    Attributes:
        totals (LiveTotalsView): Five numbers that a person watches.
        deltas (LiveTotalsView): Five numbers that a person watches.
    """

    totals: LiveTotalsView
    deltas: LiveTotalsView
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        totals = self.totals.to_dict()

        deltas = self.deltas.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "totals": totals,
                "deltas": deltas,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.live_totals_view import LiveTotalsView  # noqa: PLC0415

        d = dict(src_dict)
        totals = LiveTotalsView.from_dict(d.pop("totals"))

        deltas = LiveTotalsView.from_dict(d.pop("deltas"))

        live_counts_view = cls(
            totals=totals,
            deltas=deltas,
        )

        live_counts_view.additional_properties = d
        return live_counts_view

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
