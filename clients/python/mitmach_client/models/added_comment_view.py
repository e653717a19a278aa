from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.standing_view import StandingView


T = TypeVar("T", bound="AddedCommentView")


@_attrs_define
class AddedCommentView:
    """The new comment, and how it stands with its post now.

    Attributes:
        id (UUID):
        post_id (UUID):
        parent_id (None | UUID):
        author_id (UUID):
        text (str):
        added_at (datetime.datetime):
        version (int):
        post (StandingView): How it stands with a post after a change.
    """

    id: UUID
    post_id: UUID
    parent_id: None | UUID
    author_id: UUID
    text: str
    added_at: datetime.datetime
    version: int
    post: StandingView
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

        version = self.version

        post = self.post.to_dict()

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
                "version": version,
                "post": post,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.standing_view import StandingView  # noqa: PLC0415

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

        version = d.pop("version")

        post = StandingView.from_dict(d.pop("post"))

        added_comment_view = cls(
            id=id,
            post_id=post_id,
            parent_id=parent_id,
            author_id=author_id,
            text=text,
            added_at=added_at,
            version=version,
            post=post,
        )

        added_comment_view.additional_properties = d
        return added_comment_view

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
