from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ScheduleIn")


@_attrs_define
class ScheduleIn:
    """When each phase begins; `closes_at` ends the vote.

    Attributes:
        submissions_at (datetime.datetime):
        review_at (datetime.datetime):
        voting_at (datetime.datetime):
        closes_at (datetime.datetime):
        publish_at (datetime.datetime | None | Unset): Left out, the organiser publishes by hand
    """

    submissions_at: datetime.datetime
    review_at: datetime.datetime
    voting_at: datetime.datetime
    closes_at: datetime.datetime
    publish_at: datetime.datetime | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        submissions_at = self.submissions_at.isoformat()

        review_at = self.review_at.isoformat()

        voting_at = self.voting_at.isoformat()

        closes_at = self.closes_at.isoformat()

        publish_at: None | str | Unset
        if isinstance(self.publish_at, Unset):
            publish_at = UNSET
        elif isinstance(self.publish_at, datetime.datetime):
            publish_at = self.publish_at.isoformat()
        else:
            publish_at = self.publish_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "submissions_at": submissions_at,
                "review_at": review_at,
                "voting_at": voting_at,
                "closes_at": closes_at,
            }
        )
        if publish_at is not UNSET:
            field_dict["publish_at"] = publish_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        submissions_at = datetime.datetime.fromisoformat(d.pop("submissions_at"))

        review_at = datetime.datetime.fromisoformat(d.pop("review_at"))

        voting_at = datetime.datetime.fromisoformat(d.pop("voting_at"))

        closes_at = datetime.datetime.fromisoformat(d.pop("closes_at"))

        def _parse_publish_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                publish_at_type_0 = datetime.datetime.fromisoformat(data)

                return publish_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        publish_at = _parse_publish_at(d.pop("publish_at", UNSET))

        schedule_in = cls(
            submissions_at=submissions_at,
            review_at=review_at,
            voting_at=voting_at,
            closes_at=closes_at,
            publish_at=publish_at,
        )

        return schedule_in
