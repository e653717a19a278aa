from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rules_view_tie_break import RulesViewTieBreak, check_rules_view_tie_break

T = TypeVar("T", bound="RulesView")


@_attrs_define
class RulesView:
    """What was agreed.

    Attributes:
        entrants (None | str): Null for a group that I may not know of
        voters (None | str): Null for a group that I may not know of
        entries_per_person (int):
        votes_min (int):
        votes_max (int):
        votes_changeable (bool):
        tie_break (RulesViewTieBreak):
        anonymous (bool):
        reviewed (bool):
    """

    entrants: None | str
    voters: None | str
    entries_per_person: int
    votes_min: int
    votes_max: int
    votes_changeable: bool
    tie_break: RulesViewTieBreak
    anonymous: bool
    reviewed: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        entrants: None | str
        entrants = self.entrants

        voters: None | str
        voters = self.voters

        entries_per_person = self.entries_per_person

        votes_min = self.votes_min

        votes_max = self.votes_max

        votes_changeable = self.votes_changeable

        tie_break: str = self.tie_break

        anonymous = self.anonymous

        reviewed = self.reviewed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "entrants": entrants,
                "voters": voters,
                "entries_per_person": entries_per_person,
                "votes_min": votes_min,
                "votes_max": votes_max,
                "votes_changeable": votes_changeable,
                "tie_break": tie_break,
                "anonymous": anonymous,
                "reviewed": reviewed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_entrants(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        entrants = _parse_entrants(d.pop("entrants"))

        def _parse_voters(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        voters = _parse_voters(d.pop("voters"))

        entries_per_person = d.pop("entries_per_person")

        votes_min = d.pop("votes_min")

        votes_max = d.pop("votes_max")

        votes_changeable = d.pop("votes_changeable")

        tie_break = check_rules_view_tie_break(d.pop("tie_break"))

        anonymous = d.pop("anonymous")

        reviewed = d.pop("reviewed")

        rules_view = cls(
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

        rules_view.additional_properties = d
        return rules_view

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
