from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.comment_standing_view_my_reaction_type_0 import (
    CommentStandingViewMyReactionType0,
    check_comment_standing_view_my_reaction_type_0,
)

if TYPE_CHECKING:
    from ..models.comment_standing_view_reactions import CommentStandingViewReactions


T = TypeVar("T", bound="CommentStandingView")


@_attrs_define
class CommentStandingView:
    """How it stands with a comment after a change; as in a comment that is read.

    Attributes:
        reactions (CommentStandingViewReactions): By kind
        my_reaction (CommentStandingViewMyReactionType0 | None):
    """

    reactions: CommentStandingViewReactions
    my_reaction: CommentStandingViewMyReactionType0 | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        reactions = self.reactions.to_dict()

        my_reaction: None | str
        if isinstance(self.my_reaction, str):
            my_reaction = self.my_reaction
        else:
            my_reaction = self.my_reaction

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "reactions": reactions,
                "my_reaction": my_reaction,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.comment_standing_view_reactions import (
            CommentStandingViewReactions,  # noqa: PLC0415
        )

        d = dict(src_dict)
        reactions = CommentStandingViewReactions.from_dict(d.pop("reactions"))

        def _parse_my_reaction(
            data: object,
        ) -> CommentStandingViewMyReactionType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                my_reaction_type_0 = check_comment_standing_view_my_reaction_type_0(
                    data
                )

                return my_reaction_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CommentStandingViewMyReactionType0 | None, data)

        my_reaction = _parse_my_reaction(d.pop("my_reaction"))

        comment_standing_view = cls(
            reactions=reactions,
            my_reaction=my_reaction,
        )

        comment_standing_view.additional_properties = d
        return comment_standing_view

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
