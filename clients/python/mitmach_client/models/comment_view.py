from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.comment_view_my_reaction_type_0 import (
    CommentViewMyReactionType0,
    check_comment_view_my_reaction_type_0,
)

if TYPE_CHECKING:
    from ..models.comment_view_reactions import CommentViewReactions


T = TypeVar("T", bound="CommentView")


@_attrs_define
class CommentView:
    """A comment as the caller sees it.

    Attributes:
        id (UUID):
        post_id (UUID):
        parent_id (None | UUID): The comment that it replies to
        author_id (UUID):
        text (str): Markdown source; empty once deleted
        added_at (datetime.datetime):
        edited_at (datetime.datetime | None):
        deleted (bool):
        version (int):
        reactions (CommentViewReactions):
        my_reaction (CommentViewMyReactionType0 | None):
    """

    id: UUID
    post_id: UUID
    parent_id: None | UUID
    author_id: UUID
    text: str
    added_at: datetime.datetime
    edited_at: datetime.datetime | None
    deleted: bool
    version: int
    reactions: CommentViewReactions
    my_reaction: CommentViewMyReactionType0 | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        post_id = str(self.post_id)

        parent_id: None | str
        if isinstance(self.parent_id, UUID):
            parent_id = str(self.parent_id)
        else:
            parent_id = self.parent_id

        author_id = str(self.author_id)

        text = self.text

        added_at = self.added_at.isoformat()

        edited_at: None | str
        if isinstance(self.edited_at, datetime.datetime):
            edited_at = self.edited_at.isoformat()
        else:
            edited_at = self.edited_at

        deleted = self.deleted

        version = self.version

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
                "id": id,
                "post_id": post_id,
                "parent_id": parent_id,
                "author_id": author_id,
                "text": text,
                "added_at": added_at,
                "edited_at": edited_at,
                "deleted": deleted,
                "version": version,
                "reactions": reactions,
                "my_reaction": my_reaction,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.comment_view_reactions import CommentViewReactions  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        post_id = UUID(d.pop("post_id"))

        def _parse_parent_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                parent_id_type_0 = UUID(data)

                return parent_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        parent_id = _parse_parent_id(d.pop("parent_id"))

        author_id = UUID(d.pop("author_id"))

        text = d.pop("text")

        added_at = datetime.datetime.fromisoformat(d.pop("added_at"))

        def _parse_edited_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                edited_at_type_0 = datetime.datetime.fromisoformat(data)

                return edited_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        edited_at = _parse_edited_at(d.pop("edited_at"))

        deleted = d.pop("deleted")

        version = d.pop("version")

        reactions = CommentViewReactions.from_dict(d.pop("reactions"))

        def _parse_my_reaction(data: object) -> CommentViewMyReactionType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                my_reaction_type_0 = check_comment_view_my_reaction_type_0(data)

                return my_reaction_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CommentViewMyReactionType0 | None, data)

        my_reaction = _parse_my_reaction(d.pop("my_reaction"))

        comment_view = cls(
            id=id,
            post_id=post_id,
            parent_id=parent_id,
            author_id=author_id,
            text=text,
            added_at=added_at,
            edited_at=edited_at,
            deleted=deleted,
            version=version,
            reactions=reactions,
            my_reaction=my_reaction,
        )

        comment_view.additional_properties = d
        return comment_view

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
