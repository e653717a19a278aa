from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="FormatView")


@_attrs_define
class FormatView:
    """A format, with its reach beside its engagement.

    Attributes:
        reach: Reached people by audience, both summed over the posts; null where hidden.
        reach_suppressed: Whether it is hidden: fewer than five could see these posts, or did, or a
            subtraction would tell about so few.

        Attributes:
            posts (int):
            viewers (int | None):
            interactors (int | None):
            engagement (float | None):
            lift (float | None):
            interval (list[float] | None):
            suppressed (bool):
            format_ (str):
            audience (int | None):
            reached (int | None):
            spill (int | None):
            reach (float | None):
            reach_suppressed (bool):
    """

    posts: int
    viewers: int | None
    interactors: int | None
    engagement: float | None
    lift: float | None
    interval: list[float] | None
    suppressed: bool
    format_: str
    audience: int | None
    reached: int | None
    spill: int | None
    reach: float | None
    reach_suppressed: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        posts = self.posts

        viewers: int | None
        viewers = self.viewers

        interactors: int | None
        interactors = self.interactors

        engagement: float | None
        engagement = self.engagement

        lift: float | None
        lift = self.lift

        interval: list[float] | None
        if isinstance(self.interval, list):
            interval = []
            for interval_type_0_item_data in self.interval:
                interval_type_0_item: float
                interval_type_0_item = interval_type_0_item_data
                interval.append(interval_type_0_item)

        else:
            interval = self.interval

        suppressed = self.suppressed

        format_ = self.format_

        audience: int | None
        audience = self.audience

        reached: int | None
        reached = self.reached

        spill: int | None
        spill = self.spill

        reach: float | None
        reach = self.reach

        reach_suppressed = self.reach_suppressed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "posts": posts,
                "viewers": viewers,
                "interactors": interactors,
                "engagement": engagement,
                "lift": lift,
                "interval": interval,
                "suppressed": suppressed,
                "format": format_,
                "audience": audience,
                "reached": reached,
                "spill": spill,
                "reach": reach,
                "reach_suppressed": reach_suppressed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        posts = d.pop("posts")

        def _parse_viewers(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        viewers = _parse_viewers(d.pop("viewers"))

        def _parse_interactors(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        interactors = _parse_interactors(d.pop("interactors"))

        def _parse_engagement(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        engagement = _parse_engagement(d.pop("engagement"))

        def _parse_lift(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        lift = _parse_lift(d.pop("lift"))

        def _parse_interval(data: object) -> list[float] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                interval_type_0 = []
                _interval_type_0 = data
                for interval_type_0_item_data in _interval_type_0:

                    def _parse_interval_type_0_item(data: object) -> float:
                        return cast(float, data)

                    interval_type_0_item = _parse_interval_type_0_item(
                        interval_type_0_item_data
                    )

                    interval_type_0.append(interval_type_0_item)

                return interval_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[float] | None, data)

        interval = _parse_interval(d.pop("interval"))

        suppressed = d.pop("suppressed")

        format_ = d.pop("format")

        def _parse_audience(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        audience = _parse_audience(d.pop("audience"))

        def _parse_reached(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        reached = _parse_reached(d.pop("reached"))

        def _parse_spill(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        spill = _parse_spill(d.pop("spill"))

        def _parse_reach(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        reach = _parse_reach(d.pop("reach"))

        reach_suppressed = d.pop("reach_suppressed")

        format_view = cls(
            posts=posts,
            viewers=viewers,
            interactors=interactors,
            engagement=engagement,
            lift=lift,
            interval=interval,
            suppressed=suppressed,
            format_=format_,
            audience=audience,
            reached=reached,
            spill=spill,
            reach=reach,
            reach_suppressed=reach_suppressed,
        )

        format_view.additional_properties = d
        return format_view

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
