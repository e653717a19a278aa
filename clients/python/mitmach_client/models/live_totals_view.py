from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="LiveTotalsView")


@_attrs_define
class LiveTotalsView:
    """Five numbers that a person watches.

    Attributes:
        events (int):
        views (int):
        interactions (int):
        contributions (int):
        ballots (int):
    """

    events: int
    views: int
    interactions: int
    contributions: int
    ballots: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        events = self.events

        views = self.views

        interactions = self.interactions

        contributions = self.contributions

        ballots = self.ballots

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "events": events,
                "views": views,
                "interactions": interactions,
                "contributions": contributions,
                "ballots": ballots,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        events = d.pop("events")

        views = d.pop("views")

        interactions = d.pop("interactions")

        contributions = d.pop("contributions")

        ballots = d.pop("ballots")

        live_totals_view = cls(
            events=events,
            views=views,
            interactions=interactions,
            contributions=contributions,
            ballots=ballots,
        )

        live_totals_view.additional_properties = d
        return live_totals_view

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
