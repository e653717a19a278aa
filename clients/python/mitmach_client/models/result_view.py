from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.rank_view import RankView
    from ..models.rejected_entry_view import RejectedEntryView


T = TypeVar("T", bound="ResultView")


@_attrs_define
class ResultView:
    """A published result.

    A vote that counts for an entry is one choice on one ballot: `votes` counts choices, `ballots`
    people.

        Attributes:
            contest_id (UUID):
            few_ballots (bool): Fewer than five people voted, or fewer than five of them for an entry that stood. Numbers
                and ranks would tell their votes, so only who has won is told; with a single ballot nobody has
            ranking (list[RankView]): All entries that stood, best first; by the time of entry where few ballots hide the
                ranks
            rejected (list[RejectedEntryView]): Entries that were rejected during the vote
            ballots (int | None): People who voted; null if few
            votes (int | None): Choices on ballots, of entries that stood; null if few ballots
            void_votes (int | None): Choices on ballots, of entries that fell afterwards; null if few ballots
            eligible_voters (int): People who could vote: those who belonged to the voters when the vote began
            judged_at (datetime.datetime):
            published_at (datetime.datetime):
    """

    contest_id: UUID
    few_ballots: bool
    ranking: list[RankView]
    rejected: list[RejectedEntryView]
    ballots: int | None
    votes: int | None
    void_votes: int | None
    eligible_voters: int
    judged_at: datetime.datetime
    published_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        contest_id = str(self.contest_id)

        few_ballots = self.few_ballots

        ranking = []
        for ranking_item_data in self.ranking:
            ranking_item = ranking_item_data.to_dict()
            ranking.append(ranking_item)

        rejected = []
        for rejected_item_data in self.rejected:
            rejected_item = rejected_item_data.to_dict()
            rejected.append(rejected_item)

        ballots: int | None
        ballots = self.ballots

        votes: int | None
        votes = self.votes

        void_votes: int | None
        void_votes = self.void_votes

        eligible_voters = self.eligible_voters

        judged_at = self.judged_at.isoformat()

        published_at = self.published_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "contest_id": contest_id,
                "few_ballots": few_ballots,
                "ranking": ranking,
                "rejected": rejected,
                "ballots": ballots,
                "votes": votes,
                "void_votes": void_votes,
                "eligible_voters": eligible_voters,
                "judged_at": judged_at,
                "published_at": published_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rank_view import RankView  # noqa: PLC0415
        from ..models.rejected_entry_view import RejectedEntryView  # noqa: PLC0415

        d = dict(src_dict)
        contest_id = UUID(d.pop("contest_id"))

        few_ballots = d.pop("few_ballots")

        ranking = []
        _ranking = d.pop("ranking")
        for ranking_item_data in _ranking:
            ranking_item = RankView.from_dict(ranking_item_data)

            ranking.append(ranking_item)

        rejected = []
        _rejected = d.pop("rejected")
        for rejected_item_data in _rejected:
            rejected_item = RejectedEntryView.from_dict(rejected_item_data)

            rejected.append(rejected_item)

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

        eligible_voters = d.pop("eligible_voters")

        judged_at = datetime.datetime.fromisoformat(d.pop("judged_at"))

        published_at = datetime.datetime.fromisoformat(d.pop("published_at"))

        result_view = cls(
            contest_id=contest_id,
            few_ballots=few_ballots,
            ranking=ranking,
            rejected=rejected,
            ballots=ballots,
            votes=votes,
            void_votes=void_votes,
            eligible_voters=eligible_voters,
            judged_at=judged_at,
            published_at=published_at,
        )

        result_view.additional_properties = d
        return result_view

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
