from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.past_act_in_body import PastActInBody


T = TypeVar("T", bound="PastActIn")


@_attrs_define
class PastActIn:
    """An act of before: what a request to its route would say.

    Attributes:
        act (str): The `operationId` of its route
        occurred_at (datetime.datetime): When it happened
        act_as (None | Unset | UUID):
        roles (list[str] | Unset): The platform roles that they had
        id (None | Unset | UUID): That of what it makes, of version 7 and carrying the moment; or of whom it is about,
            of version 4
        target (None | Unset | UUID): The id that is in the path of its route
        body (PastActInBody | Unset): As for its route. Left out, it is `{}`.
    """

    act: str
    occurred_at: datetime.datetime
    act_as: None | Unset | UUID = UNSET
    roles: list[str] | Unset = UNSET
    id: None | Unset | UUID = UNSET
    target: None | Unset | UUID = UNSET
    body: PastActInBody | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        act = self.act

        occurred_at = self.occurred_at.isoformat()

        act_as: None | str | Unset
        if isinstance(self.act_as, Unset):
            act_as = UNSET
        elif isinstance(self.act_as, UUID):
            act_as = str(self.act_as)
        else:
            act_as = self.act_as

        roles: list[str] | Unset = UNSET
        if not isinstance(self.roles, Unset):
            roles = self.roles

        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        elif isinstance(self.id, UUID):
            id = str(self.id)
        else:
            id = self.id

        target: None | str | Unset
        if isinstance(self.target, Unset):
            target = UNSET
        elif isinstance(self.target, UUID):
            target = str(self.target)
        else:
            target = self.target

        body: dict[str, Any] | Unset = UNSET
        if not isinstance(self.body, Unset):
            body = self.body.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "act": act,
                "occurred_at": occurred_at,
            }
        )
        if act_as is not UNSET:
            field_dict["act_as"] = act_as
        if roles is not UNSET:
            field_dict["roles"] = roles
        if id is not UNSET:
            field_dict["id"] = id
        if target is not UNSET:
            field_dict["target"] = target
        if body is not UNSET:
            field_dict["body"] = body

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.past_act_in_body import PastActInBody  # noqa: PLC0415

        d = dict(src_dict)
        act = d.pop("act")

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        def _parse_act_as(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                act_as_type_0 = UUID(data)

                return act_as_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        act_as = _parse_act_as(d.pop("act_as", UNSET))

        roles = cast(list[str], d.pop("roles", UNSET))

        def _parse_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                id_type_0 = UUID(data)

                return id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        id = _parse_id(d.pop("id", UNSET))

        def _parse_target(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                target_type_0 = UUID(data)

                return target_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        target = _parse_target(d.pop("target", UNSET))

        _body = d.pop("body", UNSET)
        body: PastActInBody | Unset
        if isinstance(_body, Unset):
            body = UNSET
        else:
            body = PastActInBody.from_dict(_body)

        past_act_in = cls(
            act=act,
            occurred_at=occurred_at,
            act_as=act_as,
            roles=roles,
            id=id,
            target=target,
            body=body,
        )

        return past_act_in
