from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RankView")


@_attrs_define
class RankView:
    """An entry's place.

    Attributes:
        rank (int | None): Null where few ballots hide it
        winner (bool): Its rank is 1, and somebody voted for it
        entry_id (UUID):
        title (str):
        author_id (UUID):
        votes (int | None): Ballots that chose it; null where few ballots hide it
    """

    rank: int | None
    winner: bool
    entry_id: UUID
    title: str
    author_id: UUID
    votes: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        rank: int | None
        rank = self.rank

        winner = self.winner

        entry_id = str(self.entry_id)

        title = self.title

        author_id = str(self.author_id)

        votes: int | None
        votes = self.votes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "rank": rank,
                "winner": winner,
                "entry_id": entry_id,
                "title": title,
                "author_id": author_id,
                "votes": votes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_rank(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        rank = _parse_rank(d.pop("rank"))

        winner = d.pop("winner")

        entry_id = UUID(d.pop("entry_id"))

        title = d.pop("title")

        author_id = UUID(d.pop("author_id"))

        def _parse_votes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        votes = _parse_votes(d.pop("votes"))

        rank_view = cls(
            rank=rank,
            winner=winner,
            entry_id=entry_id,
            title=title,
            author_id=author_id,
            votes=votes,
        )

        rank_view.additional_properties = d
        return rank_view

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
