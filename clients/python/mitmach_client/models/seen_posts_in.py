from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="SeenPostsIn")


@_attrs_define
class SeenPostsIn:
    """Posts that the caller has seen; repeats are fine.

    Attributes:
        post_ids (list[str]):
    """

    post_ids: list[str]

    def to_dict(self) -> dict[str, Any]:
        post_ids = self.post_ids

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "post_ids": post_ids,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        post_ids = cast(list[str], d.pop("post_ids"))

        seen_posts_in = cls(
            post_ids=post_ids,
        )

        return seen_posts_in
