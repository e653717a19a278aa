"""What the contract names is used, or stands in the one list of what is planned; both ways."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mitmach.services import SERVICES
from services.metrics.instruments import BusinessFigures
from shared.contract.access import ALLOWED, Action
from shared.contract.events import topics
from shared.contract.events.envelope import EventData
from shared.contract.events.planned import PLANNED_TOPICS, PLANNED_TYPES, PLANNED_WORDS
from shared.contract.events.registry import EVENT_CLASSES
from shared.contract.events.topics import TOPICS
from shared.contract.events.vocabulary import VOCABULARIES
from shared.contract.principal import Standing
from shared.runtime import settings as shared_settings
from shared.runtime.settings import Settings
from shared.runtime.telemetry import Metrics

ROOT = Path(__file__).resolve().parents[2]
CODE = ("services", "shared", "mitmach")
CONTRACT = ROOT / "shared" / "contract"

every_type = pytest.mark.parametrize("kind", EVENT_CLASSES, ids=lambda kind: kind.type)
every_topic = pytest.mark.parametrize("plan", TOPICS.values(), ids=lambda plan: plan.name)


@cache
def trees() -> dict[Path, ast.Module]:
    files = [file for folder in CODE for file in sorted((ROOT / folder).rglob("*.py"))]
    return {file: ast.parse(file.read_text()) for file in files}


def nodes(folder: Path) -> Iterator[tuple[Path, ast.AST]]:
    for file, tree in trees().items():
        if file.is_relative_to(folder):
            for node in ast.walk(tree):
                yield file, node


@cache
def called(folder: Path) -> frozenset[str]:
    """Names of everything that code in the folder calls; a class is called to make an instance."""
    found = set()
    for _, node in nodes(folder):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                found.add(name)
    return frozenset(found)


@cache
def read_attributes() -> dict[str, frozenset[Path]]:
    """Attribute -> the files in which it is read, of whatever."""
    found: dict[str, set[Path]] = {}
    for file, node in nodes(ROOT):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Load()):
                found.setdefault(name, set()).add(file)
    return {name: frozenset(files) for name, files in found.items()}


@cache
def read_settings() -> frozenset[str]:
    """Attributes that are read of something called settings, or by a settings class of itself."""
    found = set()
    for file, node in nodes(ROOT):
        match node:
            case ast.Attribute(attr=name, value=owner, ctx=ast.Load()):
                of = ast.unparse(owner).split("(")[0].removesuffix("_of")
                own = of == "self" and file.name in {"config.py", "settings.py"}
                if of.endswith("settings") or own:
                    found.add(name)
    return frozenset(found)


# --- events


@every_type
def test_a_type_is_emitted_by_the_service_that_writes_its_topic_or_is_planned(
    kind: type[EventData],
) -> None:
    writer = TOPICS[kind.topic].writer
    emitting = {
        service.name
        for service in SERVICES
        if kind.__name__ in called(ROOT / "services" / service.name)
    }
    assert emitting == (set() if kind in PLANNED_TYPES else {writer})


def relayed(file: Path) -> set[str]:
    """The topics that a service's relay is built with."""
    return {
        getattr(topics, name.id)
        for node in ast.walk(trees()[file])
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "relay"
        for name in ast.walk(node)
        if isinstance(name, ast.Name) and name.id.isupper()
    }


@every_topic
def test_a_topic_is_written_by_a_relay_or_planned(plan: Any) -> None:
    written = plan.name in relayed(ROOT / "services" / plan.writer / "app.py")
    assert written is (plan.name not in PLANNED_TOPICS)


def vocabularies(node: Any) -> Iterator[frozenset[str]]:
    """All vocabularies that an inspected type uses."""
    match node:
        case msgspec.inspect.LiteralType(values=words):
            yield frozenset(map(str, words))
        case msgspec.inspect.StructType(fields=fields):
            for field in fields:
                yield from vocabularies(field.type)
        case msgspec.inspect.UnionType(types=types):
            for each in types:
                yield from vocabularies(each)
        case msgspec.inspect.VarTupleType(item_type=inner) | msgspec.inspect.Metadata(type=inner):
            yield from vocabularies(inner)


def of_emitted_types() -> list[str]:
    """The vocabularies that events use which are emitted."""
    emitted = {
        words
        for kind in EVENT_CLASSES
        if kind not in PLANNED_TYPES
        for words in vocabularies(msgspec.inspect.type_info(kind))
    }
    return [name for name, words in VOCABULARIES.items() if frozenset(words) in emitted]


@cache
def said() -> frozenset[str]:
    """Every string in the code of services that decide, and every standing that it names."""
    found = set()
    for service in SERVICES:
        for room in ("commands", "domain"):
            for _, node in nodes(ROOT / "services" / service.name / room):
                match node:
                    case ast.Constant(value=str(word)):
                        found.add(word)
                    case ast.Attribute(value=ast.Name(id="Standing"), attr=name):
                        found.add(Standing[name].value)
    return frozenset(found)


@cache
def accepted() -> tuple[frozenset[str], ...]:
    """Every enumeration in a body that some route takes."""
    return tuple(
        frozenset(words)
        for service in SERVICES
        for words in enumerations(service.openapi()["paths"], service.openapi(), False, set())
    )


def enumerations(node: Any, document: Any, inside: bool, seen: set[str]) -> Iterator[list[str]]:
    match node:
        case {"$ref": str(reference)} if inside:
            if reference not in seen:
                seen.add(reference)
                name = reference.rpartition("/")[2]
                schema = document["components"]["schemas"][name]
                yield from enumerations(schema, document, inside, seen)
        case {"enum": words} if inside:
            yield words
        case dict():
            for key, value in node.items():
                body = inside or key == "requestBody"
                yield from enumerations(value, document, body, seen)
        case list():
            for value in node:
                yield from enumerations(value, document, inside, seen)


@pytest.mark.parametrize("name", of_emitted_types())
def test_a_word_is_accepted_by_a_route_or_said_by_a_rule_or_planned(name: str) -> None:
    words = frozenset(VOCABULARIES[name])
    sent = {word for listed in accepted() if listed <= words for word in listed}
    assert words - sent - said() == PLANNED_WORDS.get(name, frozenset())


def test_planned_words_are_of_vocabularies_that_emitted_types_use() -> None:
    """Words of planned types alone are planned with these and needn't be listed."""
    assert PLANNED_WORDS.keys() <= set(of_emitted_types())


# --- access


@pytest.mark.parametrize("action", Action)
def test_an_action_is_checked_somewhere(action: Action) -> None:
    checking = read_attributes().get(action.name, frozenset())
    assert [file for file in checking if not file.is_relative_to(CONTRACT)]
    assert action in ALLOWED


# --- settings


def fields() -> list[str]:
    own = [value for value in vars(shared_settings).values() if isinstance(value, type)]
    kinds = [kind for kind in own if issubclass(kind, Settings)]
    kinds += [service.settings for service in SERVICES]
    return sorted({name for kind in kinds for name in kind.model_fields})


@pytest.mark.parametrize("name", fields())
def test_a_setting_is_read_somewhere(name: str) -> None:
    assert name in read_settings()


# --- metrics


@pytest.mark.parametrize(
    "name", sorted(name for name, value in vars(Metrics()).items() if hasattr(value, "collect"))
)
def test_a_technical_metric_is_set_somewhere(name: str) -> None:
    catalogue = ROOT / "shared" / "runtime" / "telemetry" / "metrics.py"
    assert read_attributes().get(name, frozenset()) - {catalogue}


@pytest.mark.parametrize("name", sorted(vars(BusinessFigures())))
def test_a_business_figure_is_filled(name: str) -> None:
    filled = [
        node
        for _, node in nodes(ROOT / "services" / "metrics")
        if isinstance(node, ast.Attribute)
        and node.attr == "add_metric"
        and name in {at.attr for at in ast.walk(node.value) if isinstance(at, ast.Attribute)}
    ]
    assert filled
