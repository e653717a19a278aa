from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.person_invited_view_status import (
    PersonInvitedViewStatus,
    check_person_invited_view_status,
)

if TYPE_CHECKING:
    from ..models.batch_problem_view import BatchProblemView
    from ..models.person_view import PersonView


T = TypeVar("T", bound="PersonInvitedView")


@_attrs_define
class PersonInvitedView:
    """What became of one entry.

    Attributes:
        status (PersonInvitedViewStatus):
        person (None | PersonView):
        event_ids (list[UUID]): The events that this entry caused
        problem (BatchProblemView | None):
    """

    status: PersonInvitedViewStatus
    person: None | PersonView
    event_ids: list[UUID]
    problem: BatchProblemView | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.batch_problem_view import BatchProblemView  # noqa: PLC0415
        from ..models.person_view import PersonView  # noqa: PLC0415

        status: str = self.status

        person: dict[str, Any] | None
        if isinstance(self.person, PersonView):
            person = self.person.to_dict()
        else:
            person = self.person

        event_ids = []
        for event_ids_item_data in self.event_ids:
            event_ids_item = str(event_ids_item_data)
            event_ids.append(event_ids_item)

        problem: dict[str, Any] | None
        if isinstance(self.problem, BatchProblemView):
            problem = self.problem.to_dict()
        else:
            problem = self.problem

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
                "person": person,
                "event_ids": event_ids,
                "problem": problem,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batch_problem_view import BatchProblemView  # noqa: PLC0415
        from ..models.person_view import PersonView  # noqa: PLC0415

        d = dict(src_dict)
        status = check_person_invited_view_status(d.pop("status"))

        def _parse_person(data: object) -> None | PersonView:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                person_type_0 = PersonView.from_dict(data)

                return person_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PersonView, data)

        person = _parse_person(d.pop("person"))

        event_ids = []
        _event_ids = d.pop("event_ids")
        for event_ids_item_data in _event_ids:
            event_ids_item = UUID(event_ids_item_data)

            event_ids.append(event_ids_item)

        def _parse_problem(data: object) -> BatchProblemView | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                problem_type_0 = BatchProblemView.from_dict(data)

                return problem_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BatchProblemView | None, data)

        problem = _parse_problem(d.pop("problem"))

        person_invited_view = cls(
            status=status,
            person=person,
            event_ids=event_ids,
            problem=problem,
        )

        person_invited_view.additional_properties = d
        return person_invited_view

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
