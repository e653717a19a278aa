"""What is stored is what is read."""

from datetime import timedelta

import pytest
from bson import BSON
from bson.codec_options import CodecOptions

from services.groups.commands.everyone import EnsureEveryone
from services.groups.commands.membership_requests import RequestMembership
from services.groups.commands.people import SuspendPerson
from services.groups.domain.profile import Profile
from services.groups.store import COLLECTIONS
from shared.delivery.command import Entity
from shared.delivery.mongo import document, entity
from shared.runtime.assembly import SHARED_COLLECTIONS
from tests.unit.groups.world import ADMIN, World


@pytest.fixture
def world() -> World:
    """A world with something of everything in it."""
    made = World()
    made.now += timedelta(microseconds=7)  # more precise than the database
    made.do(EnsureEveryone())
    made.invited("lea", Profile(name="Lea", email="lea@example.org", department="sales"))
    group_id = made.group(made.person("mia"), "closed", tags=["sport"])
    made.do(RequestMembership(made.person("otto"), group_id, message="hello"))
    made.do(SuspendPerson(ADMIN, "otto"))
    return made


def test_every_entity_comes_back_from_the_database_as_it_was(world: World) -> None:
    for stored in world.stored.values():
        written = BSON.encode(document(stored))
        read = BSON(written).decode(CodecOptions(tz_aware=True))
        assert entity(type(stored), read) == stored


def test_every_entity_has_a_collection_that_is_made_at_start(world: World) -> None:
    kinds: set[type[Entity]] = {type(stored) for stored in world.stored.values()}
    assert {kind.collection for kind in kinds} <= COLLECTIONS.keys() | SHARED_COLLECTIONS.keys()
