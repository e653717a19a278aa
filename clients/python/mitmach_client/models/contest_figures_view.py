from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.contest_results_view import ContestResultsView
    from ..models.share_view import ShareView


T = TypeVar("T", bound="ContestFiguresView")


@_attrs_define
class ContestFiguresView:
    """How many take part in a contest; `results` is null until they are published.

    `ballots` is the share of people who have one, of those who may vote. One to four of them aren't
    told: beside a result they would say whose votes made it.

        Attributes:
            contest_id (UUID):
            kind (str):
            group_id (UUID):
            phase (str):
            submitted (int):
            withdrawn (int):
            accepted (int):
            rejected (int):
            entry_views (int | None):
            entrants (ShareView): A share with both of its numbers; all null where there is nothing, or too few people.
            ballots (ShareView): A share with both of its numbers; all null where there is nothing, or too few people.
            results (ContestResultsView | None):
    """

    contest_id: UUID
    kind: str
    group_id: UUID
    phase: str
    submitted: int
    withdrawn: int
    accepted: int
    rejected: int
    entry_views: int | None
    entrants: ShareView
    ballots: ShareView
    results: ContestResultsView | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.contest_results_view import ContestResultsView  # noqa: PLC0415

        contest_id = str(self.contest_id)

        kind = self.kind

        group_id = str(self.group_id)

        phase = self.phase

        submitted = self.submitted

        withdrawn = self.withdrawn

        accepted = self.accepted

        rejected = self.rejected

        entry_views: int | None
        entry_views = self.entry_views

        entrants = self.entrants.to_dict()

        ballots = self.ballots.to_dict()

        results: dict[str, Any] | None
        if isinstance(self.results, ContestResultsView):
            results = self.results.to_dict()
        else:
            results = self.results

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "contest_id": contest_id,
                "kind": kind,
                "group_id": group_id,
                "phase": phase,
                "submitted": submitted,
                "withdrawn": withdrawn,
                "accepted": accepted,
                "rejected": rejected,
                "entry_views": entry_views,
                "entrants": entrants,
                "ballots": ballots,
                "results": results,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.contest_results_view import ContestResultsView  # noqa: PLC0415
        from ..models.share_view import ShareView  # noqa: PLC0415

        d = dict(src_dict)
        contest_id = UUID(d.pop("contest_id"))

        kind = d.pop("kind")

        group_id = UUID(d.pop("group_id"))

        phase = d.pop("phase")

        submitted = d.pop("submitted")

        withdrawn = d.pop("withdrawn")

        accepted = d.pop("accepted")

        rejected = d.pop("rejected")

        def _parse_entry_views(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        entry_views = _parse_entry_views(d.pop("entry_views"))

        entrants = ShareView.from_dict(d.pop("entrants"))

        ballots = ShareView.from_dict(d.pop("ballots"))

        def _parse_results(data: object) -> ContestResultsView | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                results_type_0 = ContestResultsView.from_dict(data)

                return results_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ContestResultsView | None, data)

        results = _parse_results(d.pop("results"))

        contest_figures_view = cls(
            contest_id=contest_id,
            kind=kind,
            group_id=group_id,
            phase=phase,
            submitted=submitted,
            withdrawn=withdrawn,
            accepted=accepted,
            rejected=rejected,
            entry_views=entry_views,
            entrants=entrants,
            ballots=ballots,
            results=results,
        )

        contest_figures_view.additional_properties = d
        return contest_figures_view

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
