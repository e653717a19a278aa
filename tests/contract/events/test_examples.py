"""The programs on the reference page do what it says, also with repeats and events ahead."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from shared.contract.events.envelope import format_time, seal, with_sequence
from shared.contract.events.responses import ReactionAdded, ReactionRemoved
from tooling.generators.event_reference import HEAD
from tooling.sample_events import A_MOMENT, sample

POST = "01936f3e-0000-7000-8000-000000000001"


def example(language: str) -> str:
    found = re.search(rf"(?s)```{language}\n(.*?)```", HEAD.read_text(encoding="utf-8"))
    assert found
    return found[1]


def stream() -> Iterator[tuple[int, bytes]]:
    """Three reactions and one removal in two partitions; some come twice, one comes ahead."""
    added = sample(ReactionAdded, post_id=POST, first_interaction=True)
    again = sample(ReactionAdded, post_id=POST, first_interaction=False)
    removed = sample(ReactionRemoved, post_id=POST)
    for partition, data, sequence, predecessor in (
        (0, added, 1, 0),
        (1, added, 2, 0),
        (0, again, 4, 3),  # ahead: from a leader that didn't know yet
        (0, added, 1, 0),  # a repeat
        (0, removed, 3, 1),
        (0, again, 4, 3),
        (1, added, 2, 0),  # a repeat
    ):
        event = seal(
            data,
            actor=None,
            source="/mitmach/posts/01936f00aa007000b0000000",
            event_id=POST,
            time=format_time(A_MOMENT),
            traceparent=None,
        )
        yield partition, with_sequence(event.body, sequence, predecessor)


def test_the_python_example_counts_each_event_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def consumer(*_: Any, **__: Any) -> list[SimpleNamespace]:
        return [SimpleNamespace(partition=place, value=value) for place, value in stream()]

    client = ModuleType("kafka")
    client.KafkaConsumer = consumer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "kafka", client)
    names: dict[str, Any] = {}
    exec(example("python"), names)
    assert names["reactions"] == 2
    assert sorted(names["marks"].values()) == [2, 4]


@pytest.mark.skipif(shutil.which("jq") is None, reason="needs jq")
def test_the_jq_example_counts_each_event_once() -> None:
    program = re.search(r"(?s)jq -n '(.*?)'\n", example("sh"))
    assert program
    lines = [
        json.dumps({"partition": place, "event": json.loads(value)}) for place, value in stream()
    ]
    answer = subprocess.run(
        ["jq", "-n", program[1]],
        input="\n".join(lines),
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(answer.stdout) == {POST: 2}
