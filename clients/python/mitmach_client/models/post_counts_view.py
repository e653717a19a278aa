from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.post_counts_view_reactions import PostCountsViewReactions


T = TypeVar("T", bound="PostCountsView")


@_attrs_define
class PostCountsView:
    """What is counted beside a post: acts of others a moment late, the caller's at once.

    Attributes:
        reactions (PostCountsViewReactions):
        comments (int): Replies included
        shares (int): People who have passed it on, however often each has
        views (int): At most one per person and day
        viewers (int): People who have seen it
    """

    reactions: PostCountsViewReactions
    comments: int
    shares: int
    views: int
    viewers: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        reactions = self.reactions.to_dict()

        comments = self.comments

        shares = self.shares

        views = self.views

        viewers = self.viewers

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "reactions": reactions,
                "comments": comments,
                "shares": shares,
                "views": views,
                "viewers": viewers,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.post_counts_view_reactions import PostCountsViewReactions  # noqa: PLC0415

        d = dict(src_dict)
        reactions = PostCountsViewReactions.from_dict(d.pop("reactions"))

        comments = d.pop("comments")

        shares = d.pop("shares")

        views = d.pop("views")

        viewers = d.pop("viewers")

        post_counts_view = cls(
            reactions=reactions,
            comments=comments,
            shares=shares,
            views=views,
            viewers=viewers,
        )

        post_counts_view.additional_properties = d
        return post_counts_view

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
