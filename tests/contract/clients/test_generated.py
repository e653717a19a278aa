"""The clients in `clients/` are what their generators make of the committed document."""

import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from tooling.clients import CLIENTS
from tooling.documents import ROOT, Generator, differences
from tooling.servers.not_available import NotAvailable

pytestmark = pytest.mark.tools

each_client = pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)


@cache
def made(client: Generator) -> Mapping[str, bytes]:
    try:
        return client.produce()
    except NotAvailable as reason:
        pytest.skip(str(reason))


@each_client
def test_a_client_is_what_its_generator_makes_of_the_document(
    client: Generator, tmp_path: Path
) -> None:
    known = client._replace(produce=lambda: made(client))
    assert [path for path, _ in differences(known)] == [], "run `make clients`"

    # What was changed by hand, and what nothing makes any more, is found.
    for path in made(client):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, tmp_path / path)
    changed = tmp_path / next(iter(sorted(made(client))))
    changed.write_bytes(changed.read_bytes() + b"# by hand\n")
    found = {changed}
    if "*" in client.owns[0]:
        left = changed.with_name("left_over.py")
        left.touch()
        found.add(left)
    assert {path for path, _ in differences(known, tmp_path)} == found
