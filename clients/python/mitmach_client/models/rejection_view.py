from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rejection_view_category import (
    RejectionViewCategory,
    check_rejection_view_category,
)

T = TypeVar("T", bound="RejectionView")


@_attrs_define
class RejectionView:
    """Why an entry was rejected; or, while it still stands, why somebody proposes that.

    Attributes:
        category (RejectionViewCategory):
        reason (str):
        proposed_at (datetime.datetime | None): During the vote: when the first of two people proposed it
        rejected_at (datetime.datetime | None): Null while it is only proposed
        during_vote (bool):
        rejected_by (list[str]): Who rejected or proposed it and who confirmed that; for the organisers
    """

    category: RejectionViewCategory
    reason: str
    proposed_at: datetime.datetime | None
    rejected_at: datetime.datetime | None
    during_vote: bool
    rejected_by: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        category: str = self.category

        reason = self.reason

        proposed_at: None | str
        if isinstance(self.proposed_at, datetime.datetime):
            proposed_at = self.proposed_at.isoformat()
        else:
            proposed_at = self.proposed_at

        rejected_at: None | str
        if isinstance(self.rejected_at, datetime.datetime):
            rejected_at = self.rejected_at.isoformat()
        else:
            rejected_at = self.rejected_at

        during_vote = self.during_vote

        rejected_by = self.rejected_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "category": category,
                "reason": reason,
                "proposed_at": proposed_at,
                "rejected_at": rejected_at,
                "during_vote": during_vote,
                "rejected_by": rejected_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        category = check_rejection_view_category(d.pop("category"))

        reason = d.pop("reason")

        def _parse_proposed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                proposed_at_type_0 = datetime.datetime.fromisoformat(data)

                return proposed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        proposed_at = _parse_proposed_at(d.pop("proposed_at"))

        def _parse_rejected_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                rejected_at_type_0 = datetime.datetime.fromisoformat(data)

                return rejected_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        rejected_at = _parse_rejected_at(d.pop("rejected_at"))

        during_vote = d.pop("during_vote")

        rejected_by = cast(list[str], d.pop("rejected_by"))

        rejection_view = cls(
            category=category,
            reason=reason,
            proposed_at=proposed_at,
            rejected_at=rejected_at,
            during_vote=during_vote,
            rejected_by=rejected_by,
        )

        rejection_view.additional_properties = d
        return rejection_view

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
