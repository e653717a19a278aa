from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.erasure_view_texts import ErasureViewTexts, check_erasure_view_texts

if TYPE_CHECKING:
    from ..models.forgotten_by_view import ForgottenByView


T = TypeVar("T", bound="ErasureView")


@_attrs_define
class ErasureView:
    """An erasure. It stays readable when nothing else of the person is left.

    Attributes:
        id (str): A digest of the person's id
        requested_at (datetime.datetime):
        requested_by (None | str): Who asked for it; null for the person themselves, and where their time was up
        texts (ErasureViewTexts): Whether what they wrote goes, or stays without their name
        services (list[ForgottenByView]):
        finished_at (datetime.datetime | None): When the last service was done; null until then
    """

    id: str
    requested_at: datetime.datetime
    requested_by: None | str
    texts: ErasureViewTexts
    services: list[ForgottenByView]
    finished_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        requested_at = self.requested_at.isoformat()

        requested_by: None | str
        requested_by = self.requested_by

        texts: str = self.texts

        services = []
        for services_item_data in self.services:
            services_item = services_item_data.to_dict()
            services.append(services_item)

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "requested_at": requested_at,
                "requested_by": requested_by,
                "texts": texts,
                "services": services,
                "finished_at": finished_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.forgotten_by_view import ForgottenByView  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        requested_at = datetime.datetime.fromisoformat(d.pop("requested_at"))

        def _parse_requested_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        requested_by = _parse_requested_by(d.pop("requested_by"))

        texts = check_erasure_view_texts(d.pop("texts"))

        services = []
        _services = d.pop("services")
        for services_item_data in _services:
            services_item = ForgottenByView.from_dict(services_item_data)

            services.append(services_item)

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        erasure_view = cls(
            id=id,
            requested_at=requested_at,
            requested_by=requested_by,
            texts=texts,
            services=services,
            finished_at=finished_at,
        )

        erasure_view.additional_properties = d
        return erasure_view

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
