from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.advance_in_to import AdvanceInTo, check_advance_in_to
from ..types import UNSET, Unset

T = TypeVar("T", bound="AdvanceIn")


@_attrs_define
class AdvanceIn:
    """The phase to enter now.

    Attributes:
        to (AdvanceInTo): The phase after the present one; it has to be named, so that a request that comes twice is one
            step. `judged` comes by itself
        reason (None | str | Unset):
    """

    to: AdvanceInTo
    reason: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        to: str = self.to

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "to": to,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        to = check_advance_in_to(d.pop("to"))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        advance_in = cls(
            to=to,
            reason=reason,
        )

        return advance_in
