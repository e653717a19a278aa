from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.group_figures_view_state import (
    GroupFiguresViewState,
    check_group_figures_view_state,
)

if TYPE_CHECKING:
    from ..models.ladder_view import LadderView
    from ..models.share_view import ShareView


T = TypeVar("T", bound="GroupFiguresView")


@_attrs_define
class GroupFiguresView:
    """What a group came to. Posts, comments and entries are gross.

    Attributes:
        group_id (UUID):
        kind (str):
        status (str):
        state (GroupFiguresViewState):
        members (int):
        posts (int):
        comments (int):
        entries (int):
        last_contribution_at (datetime.datetime | None):
        window (str):
        active (ShareView): A share with both of its numbers; all null where there is nothing, or too few people.
        participation (ShareView): A share with both of its numbers; all null where there is nothing, or too few people.
        ladder (LadderView): Into what the members of a window are divided, by the most that they did in the group.
        concentration (ShareView): A share with both of its numbers; all null where there is nothing, or too few people.
        engagement (ShareView): A share with both of its numbers; all null where there is nothing, or too few people.
        responsiveness (ShareView): A share with both of its numbers; all null where there is nothing, or too few
            people.
    """

    group_id: UUID
    kind: str
    status: str
    state: GroupFiguresViewState
    members: int
    posts: int
    comments: int
    entries: int
    last_contribution_at: datetime.datetime | None
    window: str
    active: ShareView
    participation: ShareView
    ladder: LadderView
    concentration: ShareView
    engagement: ShareView
    responsiveness: ShareView
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        group_id = str(self.group_id)

        kind = self.kind

        status = self.status

        state: str = self.state

        members = self.members

        posts = self.posts

        comments = self.comments

        entries = self.entries

        last_contribution_at: None | str
        if isinstance(self.last_contribution_at, datetime.datetime):
            last_contribution_at = self.last_contribution_at.isoformat()
        else:
            last_contribution_at = self.last_contribution_at

        window = self.window

        active = self.active.to_dict()

        participation = self.participation.to_dict()

        ladder = self.ladder.to_dict()

        concentration = self.concentration.to_dict()

        engagement = self.engagement.to_dict()

        responsiveness = self.responsiveness.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "group_id": group_id,
                "kind": kind,
                "status": status,
                "state": state,
                "members": members,
                "posts": posts,
                "comments": comments,
                "entries": entries,
                "last_contribution_at": last_contribution_at,
                "window": window,
                "active": active,
                "participation": participation,
                "ladder": ladder,
                "concentration": concentration,
                "engagement": engagement,
                "responsiveness": responsiveness,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.ladder_view import LadderView  # noqa: PLC0415
        from ..models.share_view import ShareView  # noqa: PLC0415

        d = dict(src_dict)
        group_id = UUID(d.pop("group_id"))

        kind = d.pop("kind")

        status = d.pop("status")

        state = check_group_figures_view_state(d.pop("state"))

        members = d.pop("members")

        posts = d.pop("posts")

        comments = d.pop("comments")

        entries = d.pop("entries")

        def _parse_last_contribution_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_contribution_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_contribution_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_contribution_at = _parse_last_contribution_at(
            d.pop("last_contribution_at")
        )

        window = d.pop("window")

        active = ShareView.from_dict(d.pop("active"))

        participation = ShareView.from_dict(d.pop("participation"))

        ladder = LadderView.from_dict(d.pop("ladder"))

        concentration = ShareView.from_dict(d.pop("concentration"))

        engagement = ShareView.from_dict(d.pop("engagement"))

        responsiveness = ShareView.from_dict(d.pop("responsiveness"))

        group_figures_view = cls(
            group_id=group_id,
            kind=kind,
            status=status,
            state=state,
            members=members,
            posts=posts,
            comments=comments,
            entries=entries,
            last_contribution_at=last_contribution_at,
            window=window,
            active=active,
            participation=participation,
            ladder=ladder,
            concentration=concentration,
            engagement=engagement,
            responsiveness=responsiveness,
        )

        group_figures_view.additional_properties = d
        return group_figures_view

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
