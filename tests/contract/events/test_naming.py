"""Every type that data teams may read lays down which people it names, and as what."""

from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from shared.contract.aliases import KINDS
from shared.contract.events.envelope import EventData
from shared.contract.events.registry import EVENT_CLASSES
from shared.contract.events.topics import TOPICS
from shared.contract.events.vocabulary import PersonId, PersonOrAlias

OPEN = [kind for kind in EVENT_CLASSES if TOPICS[kind.topic].data_teams]
CLOSED = [kind for kind in EVENT_CLASSES if not TOPICS[kind.topic].data_teams]

every_open_type = pytest.mark.parametrize("kind", OPEN, ids=lambda kind: kind.type)


def people_in(kind: type[msgspec.Struct]) -> Iterator[str]:
    """The fields of a type that hold people, those of its parts as `field.part`."""
    for name, hint in get_type_hints(kind, include_extras=True).items():
        for shape in _parts(hint):
            assert shape != PersonId, f"{name} may be an alias"
            if shape == PersonOrAlias:
                yield name
            elif isinstance(shape, type) and issubclass(shape, msgspec.Struct):
                yield from (f"{name}.{part}" for part in people_in(shape))


def _parts(hint: Any) -> list[Any]:
    if hint in (PersonOrAlias, PersonId):
        return [hint]
    return [hint, *(part for argument in get_args(hint) for part in _parts(argument))]


@every_open_type
def test_a_type_for_data_teams_names_nobody_but_as_it_lays_down(kind: type[EventData]) -> None:
    assert kind.naming is not None
    assert sorted(kind.naming.shown) == sorted(people_in(kind))
    assert set(kind.naming.entrants) <= set(kind.naming.shown)
    assert set(kind.naming.actor_like) <= set(kind.naming.shown)
    assert kind.naming.actor in KINDS


@every_open_type
def test_an_actor_is_only_named_where_another_field_says_who_it_is(kind: type[EventData]) -> None:
    assert kind.naming is not None
    if kind.naming.actor_like:
        says_it = {"own", "by_author", "reason"} & set(kind.__struct_fields__)
        published = kind.type in {"mitmach.post.published", "mitmach.kudos.given"}
        nobody = kind.type == "mitmach.first_response.corrected"  # by the system
        entrant_alone = kind.type in {"mitmach.entry.submitted", "mitmach.entry.withdrawn"}
        assert says_it or published or nobody or entrant_alone


@pytest.mark.parametrize("kind", CLOSED, ids=lambda kind: kind.type)
def test_a_type_for_services_alone_says_who_it_was(kind: type[EventData]) -> None:
    assert kind.naming is None
