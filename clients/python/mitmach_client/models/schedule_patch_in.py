from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SchedulePatchIn")


@_attrs_define
class SchedulePatchIn:
    """What is to be different in the times; what is left out stays.

    Where there is no schedule yet, all but `publish_at` are needed.

        Attributes:
            submissions_at (datetime.datetime | Unset):
            review_at (datetime.datetime | Unset):
            voting_at (datetime.datetime | Unset):
            closes_at (datetime.datetime | Unset):
            publish_at (datetime.datetime | None | Unset): Null: the organiser publishes by hand
    """

    submissions_at: datetime.datetime | Unset = UNSET
    review_at: datetime.datetime | Unset = UNSET
    voting_at: datetime.datetime | Unset = UNSET
    closes_at: datetime.datetime | Unset = UNSET
    publish_at: datetime.datetime | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        submissions_at: str | Unset = UNSET
        if not isinstance(self.submissions_at, Unset):
            submissions_at = self.submissions_at.isoformat()

        review_at: str | Unset = UNSET
        if not isinstance(self.review_at, Unset):
            review_at = self.review_at.isoformat()

        voting_at: str | Unset = UNSET
        if not isinstance(self.voting_at, Unset):
            voting_at = self.voting_at.isoformat()

        closes_at: str | Unset = UNSET
        if not isinstance(self.closes_at, Unset):
            closes_at = self.closes_at.isoformat()

        publish_at: None | str | Unset
        if isinstance(self.publish_at, Unset):
            publish_at = UNSET
        elif isinstance(self.publish_at, datetime.datetime):
            publish_at = self.publish_at.isoformat()
        else:
            publish_at = self.publish_at

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if submissions_at is not UNSET:
            field_dict["submissions_at"] = submissions_at
        if review_at is not UNSET:
            field_dict["review_at"] = review_at
        if voting_at is not UNSET:
            field_dict["voting_at"] = voting_at
        if closes_at is not UNSET:
            field_dict["closes_at"] = closes_at
        if publish_at is not UNSET:
            field_dict["publish_at"] = publish_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _submissions_at = d.pop("submissions_at", UNSET)
        submissions_at: datetime.datetime | Unset
        if isinstance(_submissions_at, Unset):
            submissions_at = UNSET
        else:
            submissions_at = datetime.datetime.fromisoformat(_submissions_at)

        _review_at = d.pop("review_at", UNSET)
        review_at: datetime.datetime | Unset
        if isinstance(_review_at, Unset):
            review_at = UNSET
        else:
            review_at = datetime.datetime.fromisoformat(_review_at)

        _voting_at = d.pop("voting_at", UNSET)
        voting_at: datetime.datetime | Unset
        if isinstance(_voting_at, Unset):
            voting_at = UNSET
        else:
            voting_at = datetime.datetime.fromisoformat(_voting_at)

        _closes_at = d.pop("closes_at", UNSET)
        closes_at: datetime.datetime | Unset
        if isinstance(_closes_at, Unset):
            closes_at = UNSET
        else:
            closes_at = datetime.datetime.fromisoformat(_closes_at)

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

        schedule_patch_in = cls(
            submissions_at=submissions_at,
            review_at=review_at,
            voting_at=voting_at,
            closes_at=closes_at,
            publish_at=publish_at,
        )

        return schedule_patch_in
