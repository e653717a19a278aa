"""How much memory a process may use is what its control group says, of either version."""

from math import inf
from pathlib import Path

import pytest

from shared.runtime.telemetry.memory import memory_limit


@pytest.mark.parametrize(
    ("file", "text", "limit"),
    [
        ("memory.max", "536870912\n", 536870912.0),
        ("memory.max", "max\n", inf),
        ("memory/memory.limit_in_bytes", "1073741824\n", 1073741824.0),
        ("memory/memory.limit_in_bytes", "9223372036854771712\n", inf),
        ("elsewhere", "1", inf),
    ],
)
def test_the_limit_is_that_of_the_control_group(
    tmp_path: Path, file: str, text: str, limit: float
) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(text)
    assert memory_limit(tmp_path) == limit
