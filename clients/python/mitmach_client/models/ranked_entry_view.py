from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RankedEntryView")


@_attrs_define
class RankedEntryView:
    """An entry's place in the published ranking; numbers are null where few ballots hide them.

    Attributes:
        entry_id (UUID):
        rank (int | None):
        winner (bool):
        votes (int | None):
        result (float | None):
        jury_points (float | None):
    """

    entry_id: UUID
    rank: int | None
    winner: bool
    votes: int | None
    result: float | None
    jury_points: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        entry_id = str(self.entry_id)

        rank: int | None
        rank = self.rank

        winner = self.winner

        votes: int | None
        votes = self.votes

        result: float | None
        result = self.result

        jury_points: float | None
        jury_points = self.jury_points

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "entry_id": entry_id,
                "rank": rank,
                "winner": winner,
                "votes": votes,
                "result": result,
                "jury_points": jury_points,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        entry_id = UUID(d.pop("entry_id"))

        def _parse_rank(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        rank = _parse_rank(d.pop("rank"))

        winner = d.pop("winner")

        def _parse_votes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        votes = _parse_votes(d.pop("votes"))

        def _parse_result(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        result = _parse_result(d.pop("result"))

        def _parse_jury_points(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        jury_points = _parse_jury_points(d.pop("jury_points"))

        ranked_entry_view = cls(
            entry_id=entry_id,
            rank=rank,
            winner=winner,
            votes=votes,
            result=result,
            jury_points=jury_points,
        )

        ranked_entry_view.additional_properties = d
        return ranked_entry_view

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
