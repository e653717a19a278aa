from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="DefinitionView")


@_attrs_define
class DefinitionView:
    """What a KPI means.

    Attributes:
        name (str):
        version (int):
        question (str):
        formula (str):
        explanation (str):
        numerator (str):
        denominator (str):
        windows (list[str]):
        filters (list[str]):
    """

    name: str
    version: int
    question: str
    formula: str
    explanation: str
    numerator: str
    denominator: str
    windows: list[str]
    filters: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        version = self.version

        question = self.question

        formula = self.formula

        explanation = self.explanation

        numerator = self.numerator

        denominator = self.denominator

        windows = self.windows

        filters = self.filters

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "version": version,
                "question": question,
                "formula": formula,
                "explanation": explanation,
                "numerator": numerator,
                "denominator": denominator,
                "windows": windows,
                "filters": filters,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        version = d.pop("version")

        question = d.pop("question")

        formula = d.pop("formula")

        explanation = d.pop("explanation")

        numerator = d.pop("numerator")

        denominator = d.pop("denominator")

        windows = cast(list[str], d.pop("windows"))

        filters = cast(list[str], d.pop("filters"))

        definition_view = cls(
            name=name,
            version=version,
            question=question,
            formula=formula,
            explanation=explanation,
            numerator=numerator,
            denominator=denominator,
            windows=windows,
            filters=filters,
        )

        definition_view.additional_properties = d
        return definition_view

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
