from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="ExternalIdIn")


@_attrs_define
class ExternalIdIn:
    """What the identity provider and the directory call somebody.

    Attributes:
        external_id (str): The `sub` of their tokens
    """

    external_id: str

    def to_dict(self) -> dict[str, Any]:
        external_id = self.external_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "external_id": external_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        external_id = d.pop("external_id")

        external_id_in = cls(
            external_id=external_id,
        )

        return external_id_in
