from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.reaction_in_kind import ReactionInKind, check_reaction_in_kind

T = TypeVar("T", bound="ReactionIn")


@_attrs_define
class ReactionIn:
    """The caller's reaction.

    Attributes:
        kind (ReactionInKind):
    """

    kind: ReactionInKind

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = check_reaction_in_kind(d.pop("kind"))

        reaction_in = cls(
            kind=kind,
        )

        return reaction_in
