"""An import that is killed and started again ends as one that nobody disturbed; what was chosen."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from mitmach.__main__ import app
from mitmach.development import DevelopmentSecrets
from mitmach.importing.recording import recorder
from mitmach.importing.recording.journal import SpoolJournal
from mitmach.importing.recording.recorder import Batch, Outcome
from mitmach.importing.run import Choice, Summary, run_import
from mitmach.importing.sources.options import SourceOptions
from mitmach.importing.spool import ActState, Position, Spool
from shared.runtime.process import Stopped
from tests.unit.mitmach.importing.exports import lines, written
from tests.unit.mitmach.importing.fake_platform import FakePlatform, fake_platform

DAY = "2024-01-08T"
STORY: list[dict[str, Any]] = [
    {"at": f"{DAY}09:00:00Z", "kind": "person", "id": "ada"},
    {"at": f"{DAY}09:00:01Z", "kind": "person", "id": "bob"},
    {"at": f"{DAY}09:00:02Z", "kind": "roles", "person": "ada", "roles": ["editor"]},
    {"at": f"{DAY}09:00:03Z", "kind": "group", "id": "g", "by": "ada", "name": "Soup"},
    {"at": f"{DAY}09:00:04Z", "kind": "channel", "id": "c", "group": "g", "name": "Recipes"},
    {"at": f"{DAY}09:00:05Z", "kind": "channel", "id": "d", "group": "g", "name": "More"},
    {"at": f"{DAY}09:00:06Z", "kind": "join", "group": "g", "person": "bob", "role": "moderator"},
    {"at": f"{DAY}09:00:07Z", "kind": "post", "id": "p", "channel": "c", "by": "ada", "text": "1"},
    {"at": f"{DAY}09:00:08Z", "kind": "comment", "id": "k", "post": "p", "by": "bob", "text": "2"},
    {"at": f"{DAY}09:00:09Z", "kind": "roles", "person": "ada", "roles": []},
    {"at": f"{DAY}09:00:10Z", "kind": "post", "id": "q", "channel": "d", "by": "ada", "text": "3"},
    {"at": f"{DAY}09:00:11Z", "kind": "reaction", "post": "q", "by": "bob", "reaction": "like"},
    {"at": f"{DAY}09:00:12Z", "kind": "delete", "comment": "k"},
]


class KilledError(BaseException):
    """The process is gone."""


def choice(folder: Path, story: Sequence[dict[str, Any]] = STORY, **chosen: Any) -> Choice:
    file = written(folder, lines(*story), "story.ndjson")
    fields = {"source": "ndjson", "file": file, "spool": folder / "spool", "name": "ndjson"}
    return Choice(**{**fields, "options": SourceOptions(), **chosen})


async def import_to(platform: FakePlatform, chosen: Choice) -> Summary:
    return await run_import(
        chosen, Console(quiet=True), target=platform.address, token=lambda: "token"
    )


def has(platform: FakePlatform) -> Counter[str]:
    """What the platform has, in any order."""
    acts = Counter(json.dumps(act, sort_keys=True) for act in platform.recorded)
    assert max(acts.values()) == 1
    return acts + Counter(one.path for one in platform.asked("/v1/comments/")[:1])


@pytest.fixture
def killed_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Kills the import at the given note of the journal: before it, or right behind it."""
    leaves, settled = SpoolJournal.leaves, SpoolJournal.settled

    def kill(at: int) -> None:
        counted = 0

        def strike(*, behind: bool) -> None:
            nonlocal counted
            if at == 2 * counted + behind:
                raise KilledError
            counted += behind

        def leaving(self: SpoolJournal, batch: Batch[Position]) -> None:
            strike(behind=False)
            leaves(self, batch)
            strike(behind=True)

        def settling(
            self: SpoolJournal,
            batch: Batch[Position] | None,
            outcomes: Sequence[tuple[Position, Outcome]],
        ) -> None:
            strike(behind=False)
            settled(self, batch, outcomes)
            strike(behind=True)

        monkeypatch.setattr(SpoolJournal, "leaves", leaving)
        monkeypatch.setattr(SpoolJournal, "settled", settling)

    return kill


@pytest.mark.parametrize("most", [1, 250])
async def test_wherever_it_is_killed_it_ends_as_if_it_hadnt_been(
    tmp_path: Path,
    most: int,
    killed_at: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recorder, "MOST_ACTS", most)
    (tmp_path / "whole").mkdir()
    async with fake_platform() as undisturbed:
        summary = await import_to(undisturbed, choice(tmp_path / "whole"))
        assert (summary.taken, summary.waiting) == (len(STORY), 0)
        wanted = has(undisturbed)
    for kill in range(200):
        folder = tmp_path / str(kill)
        folder.mkdir()
        async with fake_platform() as platform:
            killed_at(kill)
            died = True
            with suppress(KilledError):
                await import_to(platform, choice(folder))
                died = False
            killed_at(10_000)
            summary = await import_to(platform, choice(folder))
            assert (summary.taken, summary.waiting) == (len(STORY), 0), kill
            assert has(platform) == wanted, kill
            bodies: dict[str, set[bytes]] = {}
            for one in platform.batches():
                bodies.setdefault(one.key, set()).add(one.body)
            assert all(len(same) == 1 for same in bodies.values())
        if not died:
            assert kill > 4
            return
    pytest.fail("it takes more notes than anybody thought")


async def test_a_batch_that_wasnt_answered_is_sent_again_as_it_was(tmp_path: Path) -> None:
    async with fake_platform() as platform:
        await import_to(platform, choice(tmp_path, limit=7))  # all but posts
        before = len(platform.batches())
        platform.faults = ["lost", *[503] * 50]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("mitmach.importing.recording.api.PATIENCE", 0.2)
            with pytest.raises(Stopped):
                await import_to(platform, choice(tmp_path))
        lost = platform.batches()[before]
        platform.faults = []
        since = len(platform.batches())
        await import_to(platform, choice(tmp_path, limit=1))  # whatever is chosen now
        again = platform.batches()[since]
        assert (again.key, again.body) == (lost.key, lost.body)
        assert again.headers["Consistency-Token"].startswith("groups-"), "who joined is known"


async def test_marks_are_kept_together_with_the_end_of_their_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fake_platform() as platform:
        mark, marked = Spool.mark, 0

        def dying(self: Spool, position: Position, state: ActState, reason: str = "") -> None:
            nonlocal marked
            marked += bool(platform.batches())
            if marked == 2:
                raise KilledError
            mark(self, position, state, reason)

        with monkeypatch.context() as patch:
            patch.setattr(Spool, "mark", dying)
            with pytest.raises(KilledError):
                await import_to(platform, choice(tmp_path))
        [sent] = platform.batches()
        summary = await import_to(platform, choice(tmp_path, limit=1))
        again = platform.batches()[1]
        assert (again.key, again.body) == (sent.key, sent.body)
        # Two people, both changes of roles that were taken up, and one more act.
        assert summary.taken == 5


async def test_a_repeated_act_may_name_what_was_refused_since(
    tmp_path: Path, killed_at: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "MOST_ACTS", 1)
    async with fake_platform() as platform:
        platform.refuse = lambda act: "not-allowed" if act["act"] == "publish_post" else ""
        for kill in range(60):
            folder = tmp_path / str(kill)
            folder.mkdir()
            killed_at(kill)
            with suppress(KilledError):
                await import_to(platform, choice(folder))
            killed_at(10_000)
            summary = await import_to(platform, choice(folder))
            assert summary.refused["not-allowed", "post"] == 2
            assert summary.waiting == 0


async def test_an_account_that_was_there_is_known_again(
    tmp_path: Path, killed_at: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "MOST_ACTS", 2)
    for kill in range(24):
        folder = tmp_path / str(kill)
        folder.mkdir()
        async with fake_platform() as platform:
            platform.accounts = {"ada": "11111111-1111-4111-8111-111111111111"}
            killed_at(kill)
            with suppress(KilledError):
                await import_to(platform, choice(folder))
            killed_at(10_000)
            await import_to(platform, choice(folder))
            (group,) = [act for act in platform.recorded if act["act"] == "create_group"]
            assert group["act_as"] == platform.accounts["ada"]


async def test_started_again_it_sends_nothing_twice(tmp_path: Path) -> None:
    async with fake_platform() as platform:
        await import_to(platform, choice(tmp_path))
        sent = len(platform.batches())
        summary = await import_to(platform, choice(tmp_path))
        assert len(platform.batches()) == sent
        assert (summary.taken, summary.events) == (len(STORY), 0)


async def test_another_name_would_make_everything_twice(tmp_path: Path) -> None:
    async with fake_platform() as platform:
        await import_to(platform, choice(tmp_path, limit=2))
        with pytest.raises(Stopped, match="begun with the name ndjson, not other"):
            await import_to(platform, choice(tmp_path, name="other"))


async def test_a_limit_is_a_number_of_acts_of_each_run(tmp_path: Path) -> None:
    async with fake_platform() as platform:
        summary = await import_to(platform, choice(tmp_path, limit=5))
        assert (summary.taken, summary.waiting) == (5, len(STORY) - 5)
        summary = await import_to(platform, choice(tmp_path, limit=5))
        assert summary.taken == 10
        summary = await import_to(platform, choice(tmp_path))
        assert (summary.taken, summary.waiting) == (len(STORY), 0)


SINCE = datetime(2024, 1, 8, 9, 0, 10, tzinfo=UTC)


async def test_posts_of_before_are_left_out_with_what_is_on_them(tmp_path: Path) -> None:
    async with fake_platform() as platform:
        summary = await import_to(platform, choice(tmp_path, since=SINCE))
        assert summary.waiting == 3, "the first post, its comment and the end of that"
        operations = Counter(platform.operations())
        assert operations["publish_post"] == operations["react_to_post"] == 1
        assert operations["add_comment"] == 0
        assert operations["create_person"] == 2, "people and groups are all there"


async def test_what_is_left_out_counts_towards_no_limit(tmp_path: Path) -> None:
    async with fake_platform() as platform:
        for _ in range(3):
            await import_to(platform, choice(tmp_path, since=SINCE, limit=3))
        summary = await import_to(platform, choice(tmp_path, since=SINCE, limit=3))
        assert summary.taken == len(STORY) - 3


def invoked(*arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["import", *arguments])
    return ran.exit_code, ran.output


def test_a_dry_run_needs_no_platform(tmp_path: Path) -> None:
    file, report = written(tmp_path, lines(*STORY)), tmp_path / "report.json"
    code, _ = invoked(
        *("ndjson", str(file), "--data", str(tmp_path), "--dry-run", "--report", str(report))
    )
    assert code == 0
    assert set(json.loads(report.read_bytes())) == {"file"}


async def run_command(*arguments: str) -> tuple[int, str]:
    return await asyncio.to_thread(invoked, *arguments)


async def test_the_command_reports_what_became_of_all(tmp_path: Path) -> None:
    DevelopmentSecrets(tmp_path)
    file, report = written(tmp_path, lines(*STORY)), tmp_path / "report.json"
    async with fake_platform() as platform:
        platform.refuse = lambda act: "not-allowed" if act["act"] == "join_group" else ""
        code, said = await run_command(
            *("ndjson", str(file), "--data", str(tmp_path), "--target", platform.address),
            *("--report", str(report)),
        )
    assert code == 0, said
    told = json.loads(report.read_bytes())
    assert told["taken"] == len(STORY) - 1
    assert told["refused"] == [{"reason": "not-allowed", "kind": "join", "acts": 1}]
    assert told["waiting"] == 0


async def test_without_a_token_it_says_what_is_missing(tmp_path: Path) -> None:
    file = written(tmp_path, lines(*STORY))
    ran = await run_command(
        *("ndjson", str(file), "--data", str(tmp_path), "--target", "http://127.0.0.1:1")
    )
    assert ran[0] == 1
