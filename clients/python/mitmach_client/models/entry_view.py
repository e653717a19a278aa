from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    TypeVar,
    cast,
)
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.entry_view_status_type_0 import (
    EntryViewStatusType0,
    check_entry_view_status_type_0,
)

if TYPE_CHECKING:
    from ..models.media_view import MediaView
    from ..models.rejection_view import RejectionView


T = TypeVar("T", bound="EntryView")


@_attrs_define
class EntryView:
    """An entry, as this person sees it.

    Attributes:
        id (UUID):
        contest_id (UUID):
        author_id (None | UUID): Null while entrants are anonymous
        title (str):
        text (str):
        media (list[MediaView]):
        status (EntryViewStatusType0 | Literal['withdrawn']):
        rejection (None | RejectionView): For its author and the organisers; a proposal only for those who decide about
            it
        mine (bool):
        submitted_at (datetime.datetime):
        changed_at (datetime.datetime):
        version (int):
    """

    id: UUID
    contest_id: UUID
    author_id: None | UUID
    title: str
    text: str
    media: list[MediaView]
    status: EntryViewStatusType0 | Literal["withdrawn"]
    rejection: None | RejectionView
    mine: bool
    submitted_at: datetime.datetime
    changed_at: datetime.datetime
    version: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.rejection_view import RejectionView  # noqa: PLC0415

        id = str(self.id)

        contest_id = str(self.contest_id)

        author_id: None | str
        if isinstance(self.author_id, UUID):
            author_id = str(self.author_id)
        else:
            author_id = self.author_id

        title = self.title

        text = self.text

        media = []
        for media_item_data in self.media:
            media_item = media_item_data.to_dict()
            media.append(media_item)

        status: Literal["withdrawn"] | str
        if isinstance(self.status, str):
            status = self.status
        else:
            status = self.status

        rejection: dict[str, Any] | None
        if isinstance(self.rejection, RejectionView):
            rejection = self.rejection.to_dict()
        else:
            rejection = self.rejection

        mine = self.mine

        submitted_at = self.submitted_at.isoformat()

        changed_at = self.changed_at.isoformat()

        version = self.version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "contest_id": contest_id,
                "author_id": author_id,
                "title": title,
                "text": text,
                "media": media,
                "status": status,
                "rejection": rejection,
                "mine": mine,
                "submitted_at": submitted_at,
                "changed_at": changed_at,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.media_view import MediaView  # noqa: PLC0415
        from ..models.rejection_view import RejectionView  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        contest_id = UUID(d.pop("contest_id"))

        def _parse_author_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                author_id_type_0 = UUID(data)

                return author_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        author_id = _parse_author_id(d.pop("author_id"))

        title = d.pop("title")

        text = d.pop("text")

        media = []
        _media = d.pop("media")
        for media_item_data in _media:
            media_item = MediaView.from_dict(media_item_data)

            media.append(media_item)

        def _parse_status(data: object) -> EntryViewStatusType0 | Literal["withdrawn"]:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                status_type_0 = check_entry_view_status_type_0(data)

                return status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            status_type_1 = cast(Literal["withdrawn"], data)
            if status_type_1 != "withdrawn":
                raise ValueError(
                    f"status_type_1 must match const 'withdrawn', got '{status_type_1}'"
                )
            return status_type_1

        status = _parse_status(d.pop("status"))

        def _parse_rejection(data: object) -> None | RejectionView:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                rejection_type_0 = RejectionView.from_dict(data)

                return rejection_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RejectionView, data)

        rejection = _parse_rejection(d.pop("rejection"))

        mine = d.pop("mine")

        submitted_at = datetime.datetime.fromisoformat(d.pop("submitted_at"))

        changed_at = datetime.datetime.fromisoformat(d.pop("changed_at"))

        version = d.pop("version")

        entry_view = cls(
            id=id,
            contest_id=contest_id,
            author_id=author_id,
            title=title,
            text=text,
            media=media,
            status=status,
            rejection=rejection,
            mine=mine,
            submitted_at=submitted_at,
            changed_at=changed_at,
            version=version,
        )

        entry_view.additional_properties = d
        return entry_view

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
