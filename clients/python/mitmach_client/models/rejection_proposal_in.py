from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.rejection_proposal_in_category import (
    RejectionProposalInCategory,
    check_rejection_proposal_in_category,
)

T = TypeVar("T", bound="RejectionProposalIn")


@_attrs_define
class RejectionProposalIn:
    """Why an entry is to leave the running vote.

    Attributes:
        reason (str): For its author and the organisers
        category (RejectionProposalInCategory): The published result tells it to everybody
    """

    reason: str
    category: RejectionProposalInCategory

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        category: str = self.category

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
                "category": category,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        category = check_rejection_proposal_in_category(d.pop("category"))

        rejection_proposal_in = cls(
            reason=reason,
            category=category,
        )

        return rejection_proposal_in
