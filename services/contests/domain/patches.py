"""What is to be different in a draft: a field that isn't set stays as it is, at every depth."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import asdict, replace

from services.contests.domain.rules import (
    ContestRulesInvalid,
    Description,
    Rules,
    Schedule,
    TieBreak,
)
from shared.contract.events.vocabulary import ContestKind


class RulesPatch(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different in the rules of a draft."""

    entrants: str | UnsetType = UNSET
    voters: str | UnsetType = UNSET
    entries_per_person: int | UnsetType = UNSET
    votes_min: int | UnsetType = UNSET
    votes_max: int | UnsetType = UNSET
    votes_changeable: bool | UnsetType = UNSET
    tie_break: TieBreak | UnsetType = UNSET
    anonymous: bool | UnsetType = UNSET
    reviewed: bool | UnsetType = UNSET

    def named_groups(self) -> Iterator[str]:
        """The ids of the groups that it names."""
        for group_id in (self.entrants, self.voters):
            if isinstance(group_id, str):
                yield group_id

    def applied_to(self, rules: Rules) -> Rules:
        """The rules with what is different."""
        return replace(rules, **_given(self))


class SchedulePatch(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different in the times of a draft; None for `publish_at` takes it away."""

    submissions_at: datetime | UnsetType = UNSET
    review_at: datetime | UnsetType = UNSET
    voting_at: datetime | UnsetType = UNSET
    closes_at: datetime | UnsetType = UNSET
    publish_at: datetime | UnsetType | None = UNSET

    def applied_to(self, schedule: Schedule | None) -> Schedule:
        """The schedule with what is different.

        Raises:
            ContestRulesInvalid: There is none yet, and this one lacks a time that each needs.
        """
        given = _given(self)
        if schedule is not None:
            return replace(schedule, **given)
        missing = [
            field.name
            for field in msgspec.structs.fields(Schedule)
            if field.required and field.name not in given
        ]
        if missing:
            raise ContestRulesInvalid(f"The first schedule needs {' and '.join(missing)}, too.")
        return Schedule(**given)


class DescriptionPatch(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different in a description; None for `schedule` takes the times away."""

    title: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    kind: ContestKind | UnsetType = UNSET
    rules: RulesPatch | UnsetType = UNSET
    schedule: SchedulePatch | UnsetType | None = UNSET

    def named_groups(self) -> tuple[str, ...]:
        """The ids of the groups that it names."""
        return tuple(self.rules.named_groups()) if isinstance(self.rules, RulesPatch) else ()

    def applied_to(self, description: Description) -> Description:
        """The description with what is different.

        Raises:
            ContestRulesInvalid: It begins a schedule without all the times that one needs.
        """
        given = _given(self)
        if isinstance(self.rules, RulesPatch):
            given["rules"] = self.rules.applied_to(description.rules)
        if isinstance(self.schedule, SchedulePatch):
            given["schedule"] = self.schedule.applied_to(description.schedule)
        return replace(description, **given)


def _given(patch: msgspec.Struct) -> dict[str, Any]:
    return {name: value for name, value in asdict(patch).items() if value is not UNSET}
