"""Every text that people can send follows the one rule, whichever service and route takes it."""

from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

import msgspec
import pytest
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from mitmach.services import SERVICES
from shared.web.http import InputModel
from shared.web.http.problems import UNREADABLE

# Not to be read: words of a list that the organisation keeps, what a directory calls people, and
# topics, of which only letters and digits stay.
COMPARED = {"department", "location", "external_id", "topics"}

LINES = {"title", "name"}


def inputs(kind: type[InputModel] = InputModel) -> Iterator[type[InputModel]]:
    """All request bodies, and what they are made of; services import their routes when asked."""
    for one in kind.__subclasses__():
        if one.__module__.startswith(("services.", "shared.")):
            yield one
        yield from inputs(one)


def takes_text(annotation: Any) -> bool:
    """Whether a field takes a text of its sender's own."""
    if get_origin(annotation) is Annotated:
        return takes_text(get_args(annotation)[0])
    return annotation is str or any(map(takes_text, get_args(annotation)))


def free_texts() -> list[tuple[str, FieldInfo]]:
    """Fields that take any text, by model and name: neither ids nor words of a closed list."""
    found = []
    for service in SERVICES:
        service.openapi()  # imports every route
    for model in inputs():
        properties = model.model_json_schema()["properties"]
        for name, field in model.model_fields.items():
            schema = str(properties[name])
            closed = "'pattern'" in schema or "'enum'" in schema or "'format'" in schema
            if takes_text(field.annotation) and not closed and name not in COMPARED:
                found.append((f"{model.__name__}.{name}", field))
    return found


FREE = free_texts()
each_text = pytest.mark.parametrize(("name", "field"), FREE, ids=[name for name, _ in FREE])


def problem(field: FieldInfo, text: str) -> str | None:
    """The type of the error that a field answers a text with."""
    try:
        read(field, text)
    except ValidationError as error:
        return error.errors()[0]["type"]
    return None


def read(field: FieldInfo, text: str) -> Any:
    """What a field makes of a text."""
    declared: Any = Annotated  # a type that is put together here, not one that is written down
    kind = declared[(field.annotation, "declared", *field.metadata)]
    bodies = ConfigDict(arbitrary_types_allowed=True)  # `UNSET`, for what a change leaves out
    return TypeAdapter(kind, config=bodies).validate_python(text)


def test_the_texts_of_all_services_are_known() -> None:
    assert {name for name, _ in FREE} >= {
        *(
            "PostIn.title",
            "PostIn.text",
            "PostPatchIn.title",
            "CommentPatchIn.text",
            "MediaInput.alt",
        ),
        *("GroupIn.name", "GroupIn.purpose", "GroupPatchIn.name", "MembershipRequestIn.message"),
        *("ChannelIn.name", "ChannelIn.description", "PersonIn.name", "PersonPatchIn.name"),
        *("ContestIn.title", "ContestIn.text", "EntryIn.title", "EntryIn.text"),
        *("AdvanceIn.reason", "CancelIn.reason", "RejectionIn.reason"),
    }


@each_text
def test_a_control_character_is_refused_in_every_text(name: str, field: FieldInfo) -> None:
    assert problem(field, "a\x00b") == UNREADABLE, name


@each_text
def test_an_unseen_text_is_empty_or_refused(name: str, field: FieldInfo) -> None:
    for nothing in ("\u200b", "\u3164 \u2800", "  ", "\ufe0f"):
        refused = problem(field, nothing)
        assert refused == UNREADABLE or read(field, nothing) == "", name


@each_text
def test_names_and_titles_are_lines(name: str, field: FieldInfo) -> None:
    line = name.rpartition(".")[2] in LINES
    expected = UNREADABLE if line else None
    assert problem(field, "one\ntwo") == expected
    assert problem(field, "a \u2067b\u2069") == expected


def test_of_measured_routes_only_comments_take_a_text() -> None:
    texts = []
    for service in SERVICES:
        for name, schema in service.openapi()["components"]["schemas"].items():
            if name in {kind.__name__ for kind in structs()}:
                texts += [
                    f"{name}.{field}"
                    for field, about in schema.get("properties", {}).items()
                    if about.get("type") == "string"
                    and not {"enum", "pattern", "format"} & {*about}
                ]
    assert texts == ["CommentIn.text"]


def structs() -> Iterator[type[msgspec.Struct]]:
    """The bodies of measured routes: those that refuse unknown fields."""
    for kind in msgspec.Struct.__subclasses__():
        if kind.__struct_config__.forbid_unknown_fields and ".api." in kind.__module__:
            yield kind
