from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.rung_view import RungView


T = TypeVar("T", bound="LadderView")


@_attrs_define
class LadderView:
    """Into what the members of a window are divided, by the most that they did in the group.

    Attributes:
        creators (RungView): Members who did so much and no more; null where that would tell of few.
        interactors (RungView): Members who did so much and no more; null where that would tell of few.
        viewers (RungView): Members who did so much and no more; null where that would tell of few.
        inactive (RungView): Members who did so much and no more; null where that would tell of few.
    """

    creators: RungView
    interactors: RungView
    viewers: RungView
    inactive: RungView
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        creators = self.creators.to_dict()

        interactors = self.interactors.to_dict()

        viewers = self.viewers.to_dict()

        inactive = self.inactive.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "creators": creators,
                "interactors": interactors,
                "viewers": viewers,
                "inactive": inactive,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rung_view import RungView  # noqa: PLC0415

        d = dict(src_dict)
        creators = RungView.from_dict(d.pop("creators"))

        interactors = RungView.from_dict(d.pop("interactors"))

        viewers = RungView.from_dict(d.pop("viewers"))

        inactive = RungView.from_dict(d.pop("inactive"))

        ladder_view = cls(
            creators=creators,
            interactors=interactors,
            viewers=viewers,
            inactive=inactive,
        )

        ladder_view.additional_properties = d
        return ladder_view

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
