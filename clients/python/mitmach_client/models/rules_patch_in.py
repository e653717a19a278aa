from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

from ..models.rules_patch_in_tie_break import (
    RulesPatchInTieBreak,
    check_rules_patch_in_tie_break,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="RulesPatchIn")


@_attrs_define
class RulesPatchIn:
    """What is to be different in the rules; what is left out stays.

    Attributes:
        entrants (UUID | Unset): The group whose members may enter
        voters (UUID | Unset): The group whose members may vote
        entries_per_person (int | Unset):
        votes_min (int | Unset):
        votes_max (int | Unset):
        votes_changeable (bool | Unset):
        tie_break (RulesPatchInTieBreak | Unset):
        anonymous (bool | Unset):
        reviewed (bool | Unset):
    """

    entrants: UUID | Unset = UNSET
    voters: UUID | Unset = UNSET
    entries_per_person: int | Unset = UNSET
    votes_min: int | Unset = UNSET
    votes_max: int | Unset = UNSET
    votes_changeable: bool | Unset = UNSET
    tie_break: RulesPatchInTieBreak | Unset = UNSET
    anonymous: bool | Unset = UNSET
    reviewed: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        entrants: str | Unset = UNSET
        if not isinstance(self.entrants, Unset):
            entrants = str(self.entrants)

        voters: str | Unset = UNSET
        if not isinstance(self.voters, Unset):
            voters = str(self.voters)

        entries_per_person = self.entries_per_person

        votes_min = self.votes_min

        votes_max = self.votes_max

        votes_changeable = self.votes_changeable

        tie_break: str | Unset = UNSET
        if not isinstance(self.tie_break, Unset):
            tie_break = self.tie_break

        anonymous = self.anonymous

        reviewed = self.reviewed

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if entrants is not UNSET:
            field_dict["entrants"] = entrants
        if voters is not UNSET:
            field_dict["voters"] = voters
        if entries_per_person is not UNSET:
            field_dict["entries_per_person"] = entries_per_person
        if votes_min is not UNSET:
            field_dict["votes_min"] = votes_min
        if votes_max is not UNSET:
            field_dict["votes_max"] = votes_max
        if votes_changeable is not UNSET:
            field_dict["votes_changeable"] = votes_changeable
        if tie_break is not UNSET:
            field_dict["tie_break"] = tie_break
        if anonymous is not UNSET:
            field_dict["anonymous"] = anonymous
        if reviewed is not UNSET:
            field_dict["reviewed"] = reviewed

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _entrants = d.pop("entrants", UNSET)
        entrants: UUID | Unset
        if isinstance(_entrants, Unset):
            entrants = UNSET
        else:
            entrants = UUID(_entrants)

        _voters = d.pop("voters", UNSET)
        voters: UUID | Unset
        if isinstance(_voters, Unset):
            voters = UNSET
        else:
            voters = UUID(_voters)

        entries_per_person = d.pop("entries_per_person", UNSET)

        votes_min = d.pop("votes_min", UNSET)

        votes_max = d.pop("votes_max", UNSET)

        votes_changeable = d.pop("votes_changeable", UNSET)

        _tie_break = d.pop("tie_break", UNSET)
        tie_break: RulesPatchInTieBreak | Unset
        if isinstance(_tie_break, Unset):
            tie_break = UNSET
        else:
            tie_break = check_rules_patch_in_tie_break(_tie_break)

        anonymous = d.pop("anonymous", UNSET)

        reviewed = d.pop("reviewed", UNSET)

        rules_patch_in = cls(
            entrants=entrants,
            voters=voters,
            entries_per_person=entries_per_person,
            votes_min=votes_min,
            votes_max=votes_max,
            votes_changeable=votes_changeable,
            tie_break=tie_break,
            anonymous=anonymous,
            reviewed=reviewed,
        )

        return rules_patch_in
