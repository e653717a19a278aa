"""Which id the platform gives to what a source tells of."""

import uuid
from datetime import timedelta

import pytest

from mitmach.importing.causes import Made, Sort
from mitmach.importing.recording import ids as ids_module
from mitmach.importing.recording.ids import Ids, ThingUnknown
from shared.audience import EVERYONE
from shared.contract.ids import made_at, milliseconds
from tests.unit.mitmach.importing.exports import MONDAY

SORTS = (Sort.GROUP, Sort.CHANNEL, Sort.POST, Sort.COMMENT)


def told(namespace: str = "slack") -> Ids:
    ids = Ids(namespace)
    for sort in SORTS:
        ids.note(Made(sort, "7", "home"), MONDAY)
    return ids


@pytest.mark.parametrize("sort", SORTS)
def test_an_id_carries_the_moment_and_is_the_same_in_each_import(sort: Sort) -> None:
    made = told().thing(sort, "7")
    assert uuid.UUID(made).version == 7
    assert made_at(made) == milliseconds(MONDAY)
    assert told().thing(sort, "7") == made


def test_people_have_ids_that_tell_no_moment() -> None:
    person = told().person("7")
    assert uuid.UUID(person).version == 4
    assert person == told().person("7")
    assert person != told().person("8")


def test_two_platforms_and_two_sorts_may_use_the_same_ids() -> None:
    made = [told(name).thing(sort, "7") for sort in SORTS for name in ("slack", "other")]
    made += [told(name).person("7") for name in ("slack", "other")]
    assert len(set(made)) == len(made)


def test_a_name_that_ends_where_an_id_begins_is_another() -> None:
    assert Ids("a").person("bc") != Ids("ab").person("c")


def test_the_same_id_told_at_another_moment_is_another_thing() -> None:
    later = Ids("slack")
    later.note(Made(Sort.POST, "7", "home"), MONDAY + timedelta(days=1))
    assert later.thing(Sort.POST, "7") != told().thing(Sort.POST, "7")


def test_what_nobody_told_of_is_unknown() -> None:
    with pytest.raises(ThingUnknown, match="no post"):
        Ids("slack").thing(Sort.POST, "7")


def test_what_was_forgotten_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids_module, "_RECENT", 2)
    asked: list[str] = []

    def origin(_sort: Sort, id: str) -> tuple[object, str]:
        asked.append(id)
        return MONDAY, "home"

    ids = Ids("slack", origin)  # type: ignore[arg-type]
    for number in range(4):
        ids.note(Made(Sort.POST, str(number), "home"), MONDAY)
    known = told()
    known.note(Made(Sort.POST, "0", "home"), MONDAY)
    assert ids.thing(Sort.POST, "0") == known.thing(Sort.POST, "0")
    assert ids.channel_of_post("3") == "home"
    assert asked == ["0"]


def test_an_account_that_is_there_takes_the_place_of_the_new_one() -> None:
    ids = told()
    ids.is_another("7", "another")
    assert ids.person("7") == "another"


def test_the_built_in_group_is_there_from_the_start() -> None:
    ids = Ids("slack")
    assert ids.thing(Sort.GROUP, "everyone") == EVERYONE
    assert ids.group_of_channel("everyone/news") == "everyone"


def test_a_channel_may_be_the_one_that_comes_with_its_group() -> None:
    ids = told()
    ids.note(Made(Sort.CHANNEL, "c", "7"), MONDAY + timedelta(days=3))
    own = ids.thing(Sort.CHANNEL, "c")
    ids.is_first_channel("c", "7")
    assert ids.thing(Sort.CHANNEL, "c") == ids.first_channel("7") != own
    assert ids.group_of_channel("c") == "7"
