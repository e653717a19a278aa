from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.person_in_account import PersonInAccount, check_person_in_account
from ..types import UNSET, Unset

T = TypeVar("T", bound="PersonIn")


@_attrs_define
class PersonIn:
    """Somebody to invite.

    Attributes:
        external_id (None | str | Unset): What their tokens and the directory call them (`sub`); without it nobody can
            sign in as this person yet
        name (str | Unset): As colleagues read it
        email (None | str | Unset):
        account (PersonInAccount | Unset): Programs are left out of every figure about people. Left out, it is `human`.
        department (None | str | Unset):
        location (None | str | Unset):
    """

    external_id: None | str | Unset = UNSET
    name: str | Unset = UNSET
    email: None | str | Unset = UNSET
    account: PersonInAccount | Unset = UNSET
    department: None | str | Unset = UNSET
    location: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        external_id: None | str | Unset
        if isinstance(self.external_id, Unset):
            external_id = UNSET
        else:
            external_id = self.external_id

        name = self.name

        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        account: str | Unset = UNSET
        if not isinstance(self.account, Unset):
            account = self.account

        department: None | str | Unset
        if isinstance(self.department, Unset):
            department = UNSET
        else:
            department = self.department

        location: None | str | Unset
        if isinstance(self.location, Unset):
            location = UNSET
        else:
            location = self.location

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if external_id is not UNSET:
            field_dict["external_id"] = external_id
        if name is not UNSET:
            field_dict["name"] = name
        if email is not UNSET:
            field_dict["email"] = email
        if account is not UNSET:
            field_dict["account"] = account
        if department is not UNSET:
            field_dict["department"] = department
        if location is not UNSET:
            field_dict["location"] = location

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_external_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        external_id = _parse_external_id(d.pop("external_id", UNSET))

        name = d.pop("name", UNSET)

        def _parse_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        email = _parse_email(d.pop("email", UNSET))

        _account = d.pop("account", UNSET)
        account: PersonInAccount | Unset
        if isinstance(_account, Unset):
            account = UNSET
        else:
            account = check_person_in_account(_account)

        def _parse_department(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        department = _parse_department(d.pop("department", UNSET))

        def _parse_location(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        location = _parse_location(d.pop("location", UNSET))

        person_in = cls(
            external_id=external_id,
            name=name,
            email=email,
            account=account,
            department=department,
            location=location,
        )

        return person_in
