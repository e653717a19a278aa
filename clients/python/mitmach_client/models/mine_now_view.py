from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.mine_now_view_reaction_type_0 import (
    MineNowViewReactionType0,
    check_mine_now_view_reaction_type_0,
)

T = TypeVar("T", bound="MineNowView")


@_attrs_define
class MineNowView:
    """What the caller has done with the post by now.

    Attributes:
        viewed (bool):
        reaction (MineNowViewReactionType0 | None):
        comments (int):
        shares (int): How often I have passed it on
    """

    viewed: bool
    reaction: MineNowViewReactionType0 | None
    comments: int
    shares: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        viewed = self.viewed

        reaction: None | str
        if isinstance(self.reaction, str):
            reaction = self.reaction
        else:
            reaction = self.reaction

        comments = self.comments

        shares = self.shares

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "viewed": viewed,
                "reaction": reaction,
                "comments": comments,
                "shares": shares,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        viewed = d.pop("viewed")

        def _parse_reaction(data: object) -> MineNowViewReactionType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reaction_type_0 = check_mine_now_view_reaction_type_0(data)

                return reaction_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MineNowViewReactionType0 | None, data)

        reaction = _parse_reaction(d.pop("reaction"))

        comments = d.pop("comments")

        shares = d.pop("shares")

        mine_now_view = cls(
            viewed=viewed,
            reaction=reaction,
            comments=comments,
            shares=shares,
        )

        mine_now_view.additional_properties = d
        return mine_now_view

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
