from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.past_act_in import PastActIn


T = TypeVar("T", bound="PastActsIn")


@_attrs_define
class PastActsIn:
    """Acts in the order in which they happened.

    Attributes:
        acts (list[PastActIn]):
    """

    acts: list[PastActIn]

    def to_dict(self) -> dict[str, Any]:
        acts = []
        for acts_item_data in self.acts:
            acts_item = acts_item_data.to_dict()
            acts.append(acts_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "acts": acts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.past_act_in import PastActIn  # noqa: PLC0415

        d = dict(src_dict)
        acts = []
        _acts = d.pop("acts")
        for acts_item_data in _acts:
            acts_item = PastActIn.from_dict(acts_item_data)

            acts.append(acts_item)

        past_acts_in = cls(
            acts=acts,
        )

        return past_acts_in
