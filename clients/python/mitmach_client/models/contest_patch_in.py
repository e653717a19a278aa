from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.contest_patch_in_kind import (
    ContestPatchInKind,
    check_contest_patch_in_kind,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.rules_patch_in import RulesPatchIn
    from ..models.schedule_patch_in import SchedulePatchIn


T = TypeVar("T", bound="ContestPatchIn")


@_attrs_define
class ContestPatchIn:
    """What is to be different in a draft; what is left out stays, in rules and schedule too.

    Attributes:
        title (str | Unset):
        text (str | Unset): Markdown
        kind (ContestPatchInKind | Unset):
        rules (RulesPatchIn | Unset): What is to be different in the rules; what is left out stays.
        schedule (None | SchedulePatchIn | Unset): Null takes all times away
    """

    title: str | Unset = UNSET
    text: str | Unset = UNSET
    kind: ContestPatchInKind | Unset = UNSET
    rules: RulesPatchIn | Unset = UNSET
    schedule: None | SchedulePatchIn | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.schedule_patch_in import SchedulePatchIn  # noqa: PLC0415

        title = self.title

        text = self.text

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind

        rules: dict[str, Any] | Unset = UNSET
        if not isinstance(self.rules, Unset):
            rules = self.rules.to_dict()

        schedule: dict[str, Any] | None | Unset
        if isinstance(self.schedule, Unset):
            schedule = UNSET
        elif isinstance(self.schedule, SchedulePatchIn):
            schedule = self.schedule.to_dict()
        else:
            schedule = self.schedule

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if title is not UNSET:
            field_dict["title"] = title
        if text is not UNSET:
            field_dict["text"] = text
        if kind is not UNSET:
            field_dict["kind"] = kind
        if rules is not UNSET:
            field_dict["rules"] = rules
        if schedule is not UNSET:
            field_dict["schedule"] = schedule

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rules_patch_in import RulesPatchIn  # noqa: PLC0415
        from ..models.schedule_patch_in import SchedulePatchIn  # noqa: PLC0415

        d = dict(src_dict)
        title = d.pop("title", UNSET)

        text = d.pop("text", UNSET)

        _kind = d.pop("kind", UNSET)
        kind: ContestPatchInKind | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = check_contest_patch_in_kind(_kind)

        _rules = d.pop("rules", UNSET)
        rules: RulesPatchIn | Unset
        if isinstance(_rules, Unset):
            rules = UNSET
        else:
            rules = RulesPatchIn.from_dict(_rules)

        def _parse_schedule(data: object) -> None | SchedulePatchIn | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                schedule_type_0 = SchedulePatchIn.from_dict(data)

                return schedule_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SchedulePatchIn | Unset, data)

        schedule = _parse_schedule(d.pop("schedule", UNSET))

        contest_patch_in = cls(
            title=title,
            text=text,
            kind=kind,
            rules=rules,
            schedule=schedule,
        )

        return contest_patch_in
