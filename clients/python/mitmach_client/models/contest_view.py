from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.contest_view_kind import ContestViewKind, check_contest_view_kind
from ..models.contest_view_phase import ContestViewPhase, check_contest_view_phase

if TYPE_CHECKING:
    from ..models.rules_view import RulesView
    from ..models.schedule_view import ScheduleView
    from ..models.step_view import StepView


T = TypeVar("T", bound="ContestView")


@_attrs_define
class ContestView:
    """A contest, as this person sees it.

    Attributes:
        id (UUID):
        group_id (UUID):
        organiser_id (UUID):
        title (str):
        text (str):
        kind (ContestViewKind):
        rules (RulesView): What was agreed.
        schedule (None | ScheduleView):
        phase (ContestViewPhase):
        trail (list[StepView]):
        created_at (datetime.datetime):
        changed_at (datetime.datetime):
        version (int):
        organises (bool): I prepare it and review its entries
        may_enter (bool): I am one of those who may enter
        may_vote (bool): I am one of those who may vote
    """

    id: UUID
    group_id: UUID
    organiser_id: UUID
    title: str
    text: str
    kind: ContestViewKind
    rules: RulesView
    schedule: None | ScheduleView
    phase: ContestViewPhase
    trail: list[StepView]
    created_at: datetime.datetime
    changed_at: datetime.datetime
    version: int
    organises: bool
    may_enter: bool
    may_vote: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.schedule_view import ScheduleView  # noqa: PLC0415

        id = str(self.id)

        group_id = str(self.group_id)

        organiser_id = str(self.organiser_id)

        title = self.title

        text = self.text

        kind: str = self.kind

        rules = self.rules.to_dict()

        schedule: dict[str, Any] | None
        if isinstance(self.schedule, ScheduleView):
            schedule = self.schedule.to_dict()
        else:
            schedule = self.schedule

        phase: str = self.phase

        trail = []
        for trail_item_data in self.trail:
            trail_item = trail_item_data.to_dict()
            trail.append(trail_item)

        created_at = self.created_at.isoformat()

        changed_at = self.changed_at.isoformat()

        version = self.version

        organises = self.organises

        may_enter = self.may_enter

        may_vote = self.may_vote

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "group_id": group_id,
                "organiser_id": organiser_id,
                "title": title,
                "text": text,
                "kind": kind,
                "rules": rules,
                "schedule": schedule,
                "phase": phase,
                "trail": trail,
                "created_at": created_at,
                "changed_at": changed_at,
                "version": version,
                "organises": organises,
                "may_enter": may_enter,
                "may_vote": may_vote,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rules_view import RulesView  # noqa: PLC0415
        from ..models.schedule_view import ScheduleView  # noqa: PLC0415
        from ..models.step_view import StepView  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        group_id = UUID(d.pop("group_id"))

        organiser_id = UUID(d.pop("organiser_id"))

        title = d.pop("title")

        text = d.pop("text")

        kind = check_contest_view_kind(d.pop("kind"))

        rules = RulesView.from_dict(d.pop("rules"))

        def _parse_schedule(data: object) -> None | ScheduleView:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                schedule_type_0 = ScheduleView.from_dict(data)

                return schedule_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ScheduleView, data)

        schedule = _parse_schedule(d.pop("schedule"))

        phase = check_contest_view_phase(d.pop("phase"))

        trail = []
        _trail = d.pop("trail")
        for trail_item_data in _trail:
            trail_item = StepView.from_dict(trail_item_data)

            trail.append(trail_item)

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        changed_at = datetime.datetime.fromisoformat(d.pop("changed_at"))

        version = d.pop("version")

        organises = d.pop("organises")

        may_enter = d.pop("may_enter")

        may_vote = d.pop("may_vote")

        contest_view = cls(
            id=id,
            group_id=group_id,
            organiser_id=organiser_id,
            title=title,
            text=text,
            kind=kind,
            rules=rules,
            schedule=schedule,
            phase=phase,
            trail=trail,
            created_at=created_at,
            changed_at=changed_at,
            version=version,
            organises=organises,
            may_enter=may_enter,
            may_vote=may_vote,
        )

        contest_view.additional_properties = d
        return contest_view

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
