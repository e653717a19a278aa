from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.standing_view import StandingView


T = TypeVar("T", bound="SharedPostView")


@_attrs_define
class SharedPostView:
    """A post was passed on: where to, and how it stands with it now.

    Attributes:
        post_id (UUID):
        to_group_id (None | UUID):
        times (int): How often I have passed it on by now
        post (StandingView): How it stands with a post after a change.
    """

    post_id: UUID
    to_group_id: None | UUID
    times: int
    post: StandingView
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        post_id = str(self.post_id)

        to_group_id: None | str
        if isinstance(self.to_group_id, UUID):
            to_group_id = str(self.to_group_id)
        else:
            to_group_id = self.to_group_id

        times = self.times

        post = self.post.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "post_id": post_id,
                "to_group_id": to_group_id,
                "times": times,
                "post": post,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.standing_view import StandingView  # noqa: PLC0415

        d = dict(src_dict)
        post_id = UUID(d.pop("post_id"))

        def _parse_to_group_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                to_group_id_type_0 = UUID(data)

                return to_group_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        to_group_id = _parse_to_group_id(d.pop("to_group_id"))

        times = d.pop("times")

        post = StandingView.from_dict(d.pop("post"))

        shared_post_view = cls(
            post_id=post_id,
            to_group_id=to_group_id,
            times=times,
            post=post,
        )

        shared_post_view.additional_properties = d
        return shared_post_view

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
