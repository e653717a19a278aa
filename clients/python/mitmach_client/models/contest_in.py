from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.contest_in_kind import ContestInKind, check_contest_in_kind
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.rules_in import RulesIn
    from ..models.schedule_in import ScheduleIn


T = TypeVar("T", bound="ContestIn")


@_attrs_define
class ContestIn:
    """A contest to draft.

    Attributes:
        title (str):
        kind (ContestInKind):
        text (str | Unset): Markdown
        group_id (UUID | Unset): Where it takes place: a group, or all. Left out, it is
            `00000000-0000-7000-8000-000000000000`.
        rules (RulesIn | Unset): What is agreed before anyone enters; fixed at announcement.
        schedule (None | ScheduleIn | Unset): Needed to announce it
    """

    title: str
    kind: ContestInKind
    text: str | Unset = UNSET
    group_id: UUID | Unset = UNSET
    rules: RulesIn | Unset = UNSET
    schedule: None | ScheduleIn | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.schedule_in import ScheduleIn  # noqa: PLC0415

        title = self.title

        kind: str = self.kind

        text = self.text

        group_id: str | Unset = UNSET
        if not isinstance(self.group_id, Unset):
            group_id = str(self.group_id)

        rules: dict[str, Any] | Unset = UNSET
        if not isinstance(self.rules, Unset):
            rules = self.rules.to_dict()

        schedule: dict[str, Any] | None | Unset
        if isinstance(self.schedule, Unset):
            schedule = UNSET
        elif isinstance(self.schedule, ScheduleIn):
            schedule = self.schedule.to_dict()
        else:
            schedule = self.schedule

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "title": title,
                "kind": kind,
            }
        )
        if text is not UNSET:
            field_dict["text"] = text
        if group_id is not UNSET:
            field_dict["group_id"] = group_id
        if rules is not UNSET:
            field_dict["rules"] = rules
        if schedule is not UNSET:
            field_dict["schedule"] = schedule

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rules_in import RulesIn  # noqa: PLC0415
        from ..models.schedule_in import ScheduleIn  # noqa: PLC0415

        d = dict(src_dict)
        title = d.pop("title")

        kind = check_contest_in_kind(d.pop("kind"))

        text = d.pop("text", UNSET)

        _group_id = d.pop("group_id", UNSET)
        group_id: UUID | Unset
        if isinstance(_group_id, Unset):
            group_id = UNSET
        else:
            group_id = UUID(_group_id)

        _rules = d.pop("rules", UNSET)
        rules: RulesIn | Unset
        if isinstance(_rules, Unset):
            rules = UNSET
        else:
            rules = RulesIn.from_dict(_rules)

        def _parse_schedule(data: object) -> None | ScheduleIn | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                schedule_type_0 = ScheduleIn.from_dict(data)

                return schedule_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ScheduleIn | Unset, data)

        schedule = _parse_schedule(d.pop("schedule", UNSET))

        contest_in = cls(
            title=title,
            kind=kind,
            text=text,
            group_id=group_id,
            rules=rules,
            schedule=schedule,
        )

        return contest_in
