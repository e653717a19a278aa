from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.counts_now_view import CountsNowView
    from ..models.mine_now_view import MineNowView


T = TypeVar("T", bound="StandingView")


@_attrs_define
class StandingView:
    """How it stands with a post after a change.

    Attributes:
        counts (CountsNowView): What is counted beside the post; as in a post, with what the caller has just done.
        mine (MineNowView): What the caller has done with the post by now.
    """

    counts: CountsNowView
    mine: MineNowView
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        counts = self.counts.to_dict()

        mine = self.mine.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "counts": counts,
                "mine": mine,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.counts_now_view import CountsNowView  # noqa: PLC0415
        from ..models.mine_now_view import MineNowView  # noqa: PLC0415

        d = dict(src_dict)
        counts = CountsNowView.from_dict(d.pop("counts"))

        mine = MineNowView.from_dict(d.pop("mine"))

        standing_view = cls(
            counts=counts,
            mine=mine,
        )

        standing_view.additional_properties = d
        return standing_view

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
