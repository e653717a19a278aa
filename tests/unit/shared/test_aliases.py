"""Aliases of people: one for each kind of act, which only the platform turns back."""

import re
import uuid
from random import Random

import pytest

from shared.contract.aliases import KINDS, PATTERN, POLL_VOTE, REACTION, VIEW, Aliases

KEY = b"a key for tests only"
ADA = "5f0c1c1e-8a52-4a6b-9d0e-3b1f6a5c1e2b"
BOB = "0d9f2b7a-11c4-4e3f-8b57-c2d4e6f80912"
POST, OTHER_POST = "01936f3e-0000-7000-8000-000000000001", "01936f3e-0000-7000-8000-000000000002"


@pytest.fixture
def aliases() -> Aliases:
    return Aliases(KEY)


def people(count: int) -> list[str]:
    dice = Random(7)
    return [str(uuid.UUID(int=dice.getrandbits(128), version=4)) for _ in range(count)]


@pytest.mark.parametrize("scope", [None, POST])
@pytest.mark.parametrize("kind", KINDS)
def test_an_alias_is_turned_back_without_knowing_its_scope(
    aliases: Aliases, kind: str, scope: str | None
) -> None:
    alias = aliases.of(kind, ADA, scope)
    assert re.fullmatch(PATTERN, alias)
    assert alias.startswith(kind)
    assert Aliases(KEY).person(alias) == ADA


def test_no_two_people_kinds_or_scopes_share_an_alias(aliases: Aliases) -> None:
    made = [
        aliases.of(kind, person, scope)
        for kind in KINDS
        for person in people(300)
        for scope in (None, POST, OTHER_POST)
    ]
    assert len({alias[1:33] for alias in made}) == len(made) == 300 * 3 * len(KINDS)


def test_whoever_does_the_same_again_has_the_same_alias(aliases: Aliases) -> None:
    assert aliases.of(VIEW, ADA) == aliases.of(VIEW, ADA) == Aliases(KEY).of(VIEW, ADA)
    assert aliases.of(VIEW, ADA) != aliases.of(VIEW, BOB)
    assert aliases.of(POLL_VOTE, ADA, POST) == Aliases(KEY).of(POLL_VOTE, ADA, POST)


def test_an_alias_stays_the_same_in_every_version_of_the_platform(aliases: Aliases) -> None:
    """Data teams compare what they have stored with what comes, for as long as topics are kept."""
    assert aliases.of(VIEW, ADA) == "vc88f9a503044fb149efe2d1b9b82fd4e"
    assert aliases.of(POLL_VOTE, ADA, POST) == "pc9861e9b6a63d32388746949a13fe28e732f46e2c77f0b2b"


def test_another_key_makes_other_aliases_and_turns_none_back(aliases: Aliases) -> None:
    other = Aliases(b"another key for tests")
    made = [aliases.of(VIEW, person) for person in people(200)]
    assert not {other.of(VIEW, person) for person in people(200)} & set(made)
    assert not {other.person(alias) for alias in made} & set(people(200))
    # All but about one in sixty-four don't even look like somebody's id.
    assert sum(other.person(alias) == alias for alias in made) > 185


@pytest.mark.parametrize(
    "text", ["", "ann", ADA, "v" * 33, "v" + "2" * 32, "x" + "0" * 32, VIEW + "0" * 31]
)
def test_what_is_no_alias_is_left_as_it_is(aliases: Aliases, text: str) -> None:
    assert aliases.person(text) == text


@pytest.mark.parametrize("text", [VIEW + "  " + "0" * 30, VIEW + "0" * 46 + "  ", VIEW + " " * 32])
def test_blanks_in_place_of_digits_disturb_nobody_who_comes_after(
    aliases: Aliases, text: str
) -> None:
    assert aliases.person(text) == text
    assert aliases.person(aliases.of(VIEW, ADA)) == ADA


def test_what_is_longer_than_an_alias_is_none(aliases: Aliases) -> None:
    for scope in (None, POST):
        text = aliases.of(VIEW, ADA, scope) + "00"
        assert aliases.person(text) == text


@pytest.mark.parametrize("person", ["", "ann", ADA + "0" * 2, "mfrggzdfmztwq2lknnwg23tpoa"])
def test_only_a_persons_id_has_an_alias(aliases: Aliases, person: str) -> None:
    for scope in (None, POST):
        with pytest.raises(ValueError, match=r"id|hex"):
            aliases.of(REACTION, person, scope)


def test_the_tag_says_the_scope_to_nobody_without_the_key(aliases: Aliases) -> None:
    first, second = (aliases.of(POLL_VOTE, person, POST) for person in (ADA, BOB))
    assert first[33:] == second[33:]
    assert first[33:] != Aliases(b"another key for tests").of(POLL_VOTE, ADA, POST)[33:]
