"""Ports for servers that several processes start side by side."""

from collections import deque

import pytest

from mitmach.embedded import child
from mitmach.embedded.child import choose_ports_among, free_port


def test_nobody_is_told_a_port_that_another_was_told_just_before() -> None:
    assert len({free_port() for _ in range(100)}) == 100


def test_processes_with_another_part_each_choose_among_other_ports(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(child, "_turns", deque[int]())
    parts = []
    for part in range(3):
        choose_ports_among(part, 3)
        parts.append({free_port() for _ in range(500)})
    assert not parts[0] & parts[1]
    assert not parts[0] & parts[2]
    assert not parts[1] & parts[2]
