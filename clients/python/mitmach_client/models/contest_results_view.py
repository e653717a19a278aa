from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.ranked_entry_view import RankedEntryView


T = TypeVar("T", bound="ContestResultsView")


@_attrs_define
class ContestResultsView:
    """What the publication of the results opened; with fewer than five ballots only who has won.

    Attributes:
        entries (int):
        entrants (int):
        few_ballots (bool):
        ballots (int | None):
        votes (int | None):
        void_votes (int | None):
        ranking (list[RankedEntryView]):
    """

    entries: int
    entrants: int
    few_ballots: bool
    ballots: int | None
    votes: int | None
    void_votes: int | None
    ranking: list[RankedEntryView]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        entries = self.entries

        entrants = self.entrants

        few_ballots = self.few_ballots

        ballots: int | None
        ballots = self.ballots

        votes: int | None
        votes = self.votes

        void_votes: int | None
        void_votes = self.void_votes

        ranking = []
        for ranking_item_data in self.ranking:
            ranking_item = ranking_item_data.to_dict()
            ranking.append(ranking_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "entries": entries,
                "entrants": entrants,
                "few_ballots": few_ballots,
                "ballots": ballots,
                "votes": votes,
                "void_votes": void_votes,
                "ranking": ranking,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ranked_entry_view import RankedEntryView  # noqa: PLC0415

        d = dict(src_dict)
        entries = d.pop("entries")

        entrants = d.pop("entrants")

        few_ballots = d.pop("few_ballots")

        def _parse_ballots(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        ballots = _parse_ballots(d.pop("ballots"))

        def _parse_votes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        votes = _parse_votes(d.pop("votes"))

        def _parse_void_votes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        void_votes = _parse_void_votes(d.pop("void_votes"))

        ranking = []
        _ranking = d.pop("ranking")
        for ranking_item_data in _ranking:
            ranking_item = RankedEntryView.from_dict(ranking_item_data)

            ranking.append(ranking_item)

        contest_results_view = cls(
            entries=entries,
            entrants=entrants,
            few_ballots=few_ballots,
            ballots=ballots,
            votes=votes,
            void_votes=void_votes,
            ranking=ranking,
        )

        contest_results_view.additional_properties = d
        return contest_results_view

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
