"""Rules that every event type keeps: no personal data, no surprise, nothing undocumented."""

import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Iterator
from typing import Any, get_type_hints

import msgspec
import pytest

import shared.contract.events
from shared.contract.events.envelope import EventData
from shared.contract.events.registry import EVENT_CLASSES, EVENT_TYPES, Unknown
from shared.contract.events.topics import BALLOTS, TOPICS, dlq_topic
from shared.contract.services import ServiceName
from tooling.generators import asyncapi, event_reference
from tooling.generators.schemas import attributes_of, schema_of, structs_of, summary_of

every_type = pytest.mark.parametrize("kind", EVENT_CLASSES, ids=lambda kind: kind.type)

# Words that would announce a name, a text, or a way to reach somebody.
PERSONAL = {
    "about",
    "address",
    "body",
    "content",
    "description",
    "email",
    "excerpt",
    "firstname",
    "handle",
    "headline",
    "image",
    "ip",
    "label",
    "lastname",
    "link",
    "mail",
    "message",
    "name",
    "nickname",
    "note",
    "person_id",
    "phone",
    "photo",
    "picture",
    "purpose",
    "question",
    "sub",
    "subject",
    "text",
    "title",
    "url",
    "user",
    "username",
}
NEEDED_ABOUT_A_POST = {
    "post_id",
    "group_id",
    "channel_id",
    "author",
    "format",
    "kind",
    "topics",
    "published_at",
}


def _all_event_classes() -> Iterator[type[EventData]]:
    for module in pkgutil.iter_modules(shared.contract.events.__path__, "shared.contract.events."):
        for _, one in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(one, EventData) and one.type:
                yield one


def test_every_type_that_code_can_emit_is_registered() -> None:
    assert set(_all_event_classes()) == set(EVENT_CLASSES)
    assert len({(kind.type, kind.version) for kind in EVENT_CLASSES}) == len(EVENT_CLASSES)
    assert Unknown not in EVENT_CLASSES


@every_type
def test_a_type_is_named_after_its_class_and_in_the_past_tense(kind: type[EventData]) -> None:
    entity, what = re.fullmatch(r"mitmach\.([a-z_]+)\.([a-z_]+)", kind.type).groups()  # type: ignore[union-attr]
    camel = "".join(part.title() for part in f"{entity}_{what}".split("_"))
    assert kind.__name__ in {camel, f"{camel}V{kind.version}"}
    assert what.endswith("ed") or what in {
        "left",
        "told",
        "given",
        "cast",
        "withdrawn",
        "vote_withdrawn",
        "hidden",
        "dormant",
        "person_forgotten",
    }


@every_type
def test_a_type_has_a_topic_a_subject_and_a_key(kind: type[EventData]) -> None:
    assert kind.topic in TOPICS
    fields = get_type_hints(kind)
    assert fields[kind.subject_field] is str
    assert fields[kind.key_field] is str
    assert kind.schema == f"urn:mitmach:schema:{kind.type}:{kind.version}"
    assert schema_of(kind)["$id"] == kind.schema


@every_type
def test_a_type_is_frozen_and_only_built_by_keyword(kind: type[EventData]) -> None:
    for struct in structs_of(kind):
        assert struct.__struct_config__.frozen
        assert not inspect.signature(struct).parameters or all(
            parameter.kind is inspect.Parameter.KEYWORD_ONLY
            for parameter in inspect.signature(struct).parameters.values()
        )


@every_type
def test_what_is_optional_is_absent_by_default(kind: type[EventData]) -> None:
    """Another default than None would be left out, and each reader would have to know it."""
    for struct in structs_of(kind):
        for field in msgspec.structs.fields(struct):
            assert field.required or field.default is None, field.name


@every_type
def test_no_field_is_about_names_or_texts(kind: type[EventData]) -> None:
    for struct in structs_of(kind):
        for field in struct.__struct_fields__:
            assert field not in PERSONAL
            # The id of a note is no note: what it looks like is checked by its type.
            words = () if field.endswith("_id") else field.split("_")
            assert PERSONAL.isdisjoint(words), field


@every_type
def test_no_string_is_free(kind: type[EventData]) -> None:
    """Every string has a shape that no sentence has: an id, an alias, a word, a time."""
    for place, shape in _strings(schema_of(kind), kind.type):
        assert shape.keys() & {"enum", "pattern"} or shape.get("format") == "date-time", place
        if "pattern" in shape:
            assert not re.search(shape["pattern"], "Anna Müller wrote this"), place


def _strings(node: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        if node.get("type") == "string":
            yield place, node
        for key, value in node.items():
            yield from _strings(value, f"{place}.{key}")
    if isinstance(node, list):
        for one in node:
            yield from _strings(one, place)


@every_type
def test_a_type_and_each_of_its_fields_is_explained(kind: type[EventData]) -> None:
    assert summary_of(kind)
    for struct in structs_of(kind):
        assert set(struct.__struct_fields__) <= attributes_of(struct).keys()


@every_type
def test_everything_about_a_post_needs_no_join(kind: type[EventData]) -> None:
    if kind.topic == "mitmach.posts.v1":
        assert set(kind.__struct_fields__) >= NEEDED_ABOUT_A_POST
        assert kind.key_field == "post_id"


@every_type
def test_what_somebody_voted_for_stays_on_the_restricted_topic(kind: type[EventData]) -> None:
    """An entry beside a ballot, on a public topic, would tell for whom somebody voted."""
    ballot_like = kind.type.startswith(("mitmach.ballot.", "mitmach.score."))
    fields = {field for struct in structs_of(kind) for field in struct.__struct_fields__}
    if ballot_like and kind.topic != BALLOTS:
        assert fields.isdisjoint(
            {"entry_id", "entry_ids", "entrant", "previous", "votes", "points"}
        )
    if fields & {"voter", "juror", "points"}:
        assert kind.topic == BALLOTS


def test_no_service_may_read_sealed_choices_from_the_broker() -> None:
    assert TOPICS[BALLOTS].readers == ()
    assert not TOPICS[BALLOTS].data_teams
    channel = asyncapi.document()["channels"][BALLOTS]
    assert channel["x-readers"] == ["operators"]


def test_asyncapi_is_complete() -> None:
    document = asyncapi.document()
    emitted = {(kind.type, kind.topic) for kind in EVENT_CLASSES}
    documented = {
        (_follow(document, message)["name"], channel["address"])
        for channel in document["channels"].values()
        for message in channel["messages"].values()
        if message["$ref"] != "#/components/messages/dead-letter"
    }
    assert documented == emitted
    assert {message["name"] for message in document["components"]["messages"].values()} == {
        *EVENT_TYPES,
        "dead-letter",
    }
    topics = {*TOPICS, *(dlq_topic(service) for service in ServiceName)}
    assert {channel["address"] for channel in document["channels"].values()} == topics


def test_asyncapi_is_sound() -> None:
    document = asyncapi.document()
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(document)):
        assert _follow(document, {"$ref": reference}), reference
    for operation in document["operations"].values():
        channel = _follow(document, operation["channel"])
        listed = [_follow(document, _follow(document, one)) for one in operation["messages"]]
        assert listed == [_follow(document, one) for one in channel["messages"].values()]


def _follow(document: dict[str, Any], reference: dict[str, str]) -> Any:
    node: Any = document
    for step in reference["$ref"].removeprefix("#/").split("/"):
        node = node[step]
    return node


def test_the_reference_page_names_every_type_and_field() -> None:
    page = event_reference.generate()[event_reference.PATH].decode()
    for kind in EVENT_CLASSES:
        assert f"\n### {kind.type}\n" in page
    assert "|  |" not in page, "a field without explanation"
