from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.rejection_in_category import (
    RejectionInCategory,
    check_rejection_in_category,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="RejectionIn")


@_attrs_define
class RejectionIn:
    """Why an entry isn't shown.

    Attributes:
        reason (str): For its author and the organisers
        category (RejectionInCategory | Unset): Left out, it is `other`.
    """

    reason: str
    category: RejectionInCategory | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        category: str | Unset = UNSET
        if not isinstance(self.category, Unset):
            category = self.category

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
            }
        )
        if category is not UNSET:
            field_dict["category"] = category

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        _category = d.pop("category", UNSET)
        category: RejectionInCategory | Unset
        if isinstance(_category, Unset):
            category = UNSET
        else:
            category = check_rejection_in_category(_category)

        rejection_in = cls(
            reason=reason,
            category=category,
        )

        return rejection_in
