"""Nobody learns from any answer that something hidden from them is there."""

from pathlib import Path

import pytest

from tests.contract.access.differences import differences
from tests.support.platform import running_platform


async def test_no_route_answers_differently_to_hidden_and_to_invented_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_platform(tmp_path, quotas=False) as platform:
        found = await differences(platform, monkeypatch)

    assert found == [], "\n".join(found)
