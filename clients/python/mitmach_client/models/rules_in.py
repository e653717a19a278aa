from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.rules_in_tie_break import RulesInTieBreak, check_rules_in_tie_break
from ..types import UNSET, Unset

T = TypeVar("T", bound="RulesIn")


@_attrs_define
class RulesIn:
    """What is agreed before anyone enters; fixed at announcement.

    Attributes:
        entrants (None | Unset | UUID): The group whose members may enter; the contest's by default
        voters (None | Unset | UUID): The group whose members may vote; the contest's by default
        entries_per_person (int | Unset): Left out, it is `1`.
        votes_min (int | Unset): Entries that a ballot chooses at least. Left out, it is `1`.
        votes_max (int | Unset): Entries that a ballot chooses at most. Left out, it is `1`.
        votes_changeable (bool | Unset): A vote can be replaced and taken back until voting closes. Left out, it is
            `true`.
        tie_break (RulesInTieBreak | Unset): What decides between equally many votes. Left out, it is `earliest_entry`.
        anonymous (bool | Unset): Who entered what is shown only with the result. Left out, it is `true`.
        reviewed (bool | Unset): Entries are shown, and can be voted for, once accepted. Left out, it is `true`.
    """

    entrants: None | Unset | UUID = UNSET
    voters: None | Unset | UUID = UNSET
    entries_per_person: int | Unset = UNSET
    votes_min: int | Unset = UNSET
    votes_max: int | Unset = UNSET
    votes_changeable: bool | Unset = UNSET
    tie_break: RulesInTieBreak | Unset = UNSET
    anonymous: bool | Unset = UNSET
    reviewed: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        entrants: None | str | Unset
        if isinstance(self.entrants, Unset):
            entrants = UNSET
        elif isinstance(self.entrants, UUID):
            entrants = str(self.entrants)
        else:
            entrants = self.entrants

        voters: None | str | Unset
        if isinstance(self.voters, Unset):
            voters = UNSET
        elif isinstance(self.voters, UUID):
            voters = str(self.voters)
        else:
            voters = self.voters

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

        def _parse_entrants(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                entrants_type_0 = UUID(data)

                return entrants_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        entrants = _parse_entrants(d.pop("entrants", UNSET))

        def _parse_voters(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                voters_type_0 = UUID(data)

                return voters_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        voters = _parse_voters(d.pop("voters", UNSET))

        entries_per_person = d.pop("entries_per_person", UNSET)

        votes_min = d.pop("votes_min", UNSET)

        votes_max = d.pop("votes_max", UNSET)

        votes_changeable = d.pop("votes_changeable", UNSET)

        _tie_break = d.pop("tie_break", UNSET)
        tie_break: RulesInTieBreak | Unset
        if isinstance(_tie_break, Unset):
            tie_break = UNSET
        else:
            tie_break = check_rules_in_tie_break(_tie_break)

        anonymous = d.pop("anonymous", UNSET)

        reviewed = d.pop("reviewed", UNSET)

        rules_in = cls(
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

        return rules_in
