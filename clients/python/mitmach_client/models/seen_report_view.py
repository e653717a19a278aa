from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.seen_report_view_status import (
    SeenReportViewStatus,
    check_seen_report_view_status,
)

T = TypeVar("T", bound="SeenReportView")


@_attrs_define
class SeenReportView:
    """What became of one view.

    Attributes:
        post_id: The one that was sent, in lower case.
        status: It counted; it had counted on this UTC day before, or the post is the caller's own;
            or it was refused.
        event_ids: The events that this answer acknowledges.
        problem: Why it was refused: the type that a single view's problem would have.

    Attributes:
        post_id (str):
        status (SeenReportViewStatus):
        event_ids (list[UUID]):
        problem (None | str):
    """

    post_id: str
    status: SeenReportViewStatus
    event_ids: list[UUID]
    problem: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        post_id = self.post_id

        status: str = self.status

        event_ids = []
        for event_ids_item_data in self.event_ids:
            event_ids_item = str(event_ids_item_data)
            event_ids.append(event_ids_item)

        problem: None | str
        problem = self.problem

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "post_id": post_id,
                "status": status,
                "event_ids": event_ids,
                "problem": problem,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        post_id = d.pop("post_id")

        status = check_seen_report_view_status(d.pop("status"))

        event_ids = []
        _event_ids = d.pop("event_ids")
        for event_ids_item_data in _event_ids:
            event_ids_item = UUID(event_ids_item_data)

            event_ids.append(event_ids_item)

        def _parse_problem(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        problem = _parse_problem(d.pop("problem"))

        seen_report_view = cls(
            post_id=post_id,
            status=status,
            event_ids=event_ids,
            problem=problem,
        )

        seen_report_view.additional_properties = d
        return seen_report_view

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
