"""A world, an editor who organises, and somebody who takes part."""

import pytest

from shared.contract.principal import Principal
from tests.unit.contests.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def olga(world: World) -> Principal:
    return world.person("olga", "editor")


@pytest.fixture
def ann(world: World) -> Principal:
    return world.person("ann")
