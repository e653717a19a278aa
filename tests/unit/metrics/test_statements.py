"""How updates are put into commands: the driver refuses one that is too large."""

from typing import Any

import bson

from services.metrics.store.write.statements import portions

# What the driver takes, without its own overhead.
MOST = 16 * 1024 * 1024


def page(number: int, columns: int, words: int) -> dict[str, Any]:
    fields = {"keys": bytes(columns), "words": [f"{word:0100d}" for word in range(words)]}
    return {"q": {"_id": f"page {number}"}, "u": {"$set": fields}, "upsert": True}


def test_small_updates_are_one_command() -> None:
    updates = [page(number, 100, 1) for number in range(1_000)]
    assert list(portions(updates)) == [updates]


def test_of_no_updates_there_is_no_command() -> None:
    assert list(portions([])) == []


def test_large_ones_are_several_commands_in_their_order() -> None:
    updates = [page(number, 70_000, 500) for number in range(500)]
    commands = list(portions(updates))
    assert [update for command in commands for update in command] == updates
    assert max(len(bson.encode({"updates": command})) for command in commands) < MOST
    assert len(commands) < 20


def test_one_that_is_larger_than_others_is_a_command_of_its_own() -> None:
    large = page(1, 9_000_000, 0)
    assert list(portions([page(0, 1, 0), large, page(2, 1, 0)])) == [
        [page(0, 1, 0)],
        [large],
        [page(2, 1, 0)],
    ]
