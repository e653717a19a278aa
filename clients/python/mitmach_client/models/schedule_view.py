from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ScheduleView")


@_attrs_define
class ScheduleView:
    """When each phase begins.

    Attributes:
        submissions_at (datetime.datetime):
        review_at (datetime.datetime):
        voting_at (datetime.datetime):
        closes_at (datetime.datetime):
        publish_at (datetime.datetime | None):
    """

    submissions_at: datetime.datetime
    review_at: datetime.datetime
    voting_at: datetime.datetime
    closes_at: datetime.datetime
    publish_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        submissions_at = self.submissions_at.isoformat()

        review_at = self.review_at.isoformat()

        voting_at = self.voting_at.isoformat()

        closes_at = self.closes_at.isoformat()

        publish_at: None | str
        if isinstance(self.publish_at, datetime.datetime):
            publish_at = self.publish_at.isoformat()
        else:
            publish_at = self.publish_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "submissions_at": submissions_at,
                "review_at": review_at,
                "voting_at": voting_at,
                "closes_at": closes_at,
                "publish_at": publish_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        submissions_at = datetime.datetime.fromisoformat(d.pop("submissions_at"))

        review_at = datetime.datetime.fromisoformat(d.pop("review_at"))

        voting_at = datetime.datetime.fromisoformat(d.pop("voting_at"))

        closes_at = datetime.datetime.fromisoformat(d.pop("closes_at"))

        def _parse_publish_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                publish_at_type_0 = datetime.datetime.fromisoformat(data)

                return publish_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        publish_at = _parse_publish_at(d.pop("publish_at"))

        schedule_view = cls(
            submissions_at=submissions_at,
            review_at=review_at,
            voting_at=voting_at,
            closes_at=closes_at,
            publish_at=publish_at,
        )

        schedule_view.additional_properties = d
        return schedule_view

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
