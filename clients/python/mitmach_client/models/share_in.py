from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ShareIn")


@_attrs_define
class ShareIn:
    """Where a post goes: to a group of the caller's, or (null) outside of groups.

    Attributes:
        to_group_id (None | Unset | UUID):
    """

    to_group_id: None | Unset | UUID = UNSET

    def to_dict(self) -> dict[str, Any]:
        to_group_id: None | str | Unset
        if isinstance(self.to_group_id, Unset):
            to_group_id = UNSET
        elif isinstance(self.to_group_id, UUID):
            to_group_id = str(self.to_group_id)
        else:
            to_group_id = self.to_group_id

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if to_group_id is not UNSET:
            field_dict["to_group_id"] = to_group_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_to_group_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                to_group_id_type_0 = UUID(data)

                return to_group_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        to_group_id = _parse_to_group_id(d.pop("to_group_id", UNSET))

        share_in = cls(
            to_group_id=to_group_id,
        )

        return share_in
