from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.person_view_account import PersonViewAccount, check_person_view_account

if TYPE_CHECKING:
    from ..models.person_record_view import PersonRecordView


T = TypeVar("T", bound="PersonView")


@_attrs_define
class PersonView:
    """A person.

    Attributes:
        id (UUID):
        name (str):
        account (PersonViewAccount):
        department (None | str):
        location (None | str):
        resembles (list[str] | None): Ids of colleagues whose name can't be told from this one, at most five; null in
            answers to an invitation and about the caller
        record (None | PersonRecordView): Null for everybody but the person and those who run the platform
        version (int):
    """

    id: UUID
    name: str
    account: PersonViewAccount
    department: None | str
    location: None | str
    resembles: list[str] | None
    record: None | PersonRecordView
    version: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.person_record_view import PersonRecordView  # noqa: PLC0415

        id = str(self.id)

        name = self.name

        account: str = self.account

        department: None | str
        department = self.department

        location: None | str
        location = self.location

        resembles: list[str] | None
        if isinstance(self.resembles, list):
            resembles = self.resembles

        else:
            resembles = self.resembles

        record: dict[str, Any] | None
        if isinstance(self.record, PersonRecordView):
            record = self.record.to_dict()
        else:
            record = self.record

        version = self.version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "account": account,
                "department": department,
                "location": location,
                "resembles": resembles,
                "record": record,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.person_record_view import PersonRecordView  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        name = d.pop("name")

        account = check_person_view_account(d.pop("account"))

        def _parse_department(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        department = _parse_department(d.pop("department"))

        def _parse_location(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        location = _parse_location(d.pop("location"))

        def _parse_resembles(data: object) -> list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                resembles_type_0 = cast(list[str], data)

                return resembles_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None, data)

        resembles = _parse_resembles(d.pop("resembles"))

        def _parse_record(data: object) -> None | PersonRecordView:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                record_type_0 = PersonRecordView.from_dict(data)

                return record_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PersonRecordView, data)

        record = _parse_record(d.pop("record"))

        version = d.pop("version")

        person_view = cls(
            id=id,
            name=name,
            account=account,
            department=department,
            location=location,
            resembles=resembles,
            record=record,
            version=version,
        )

        person_view.additional_properties = d
        return person_view

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
