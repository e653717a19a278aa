"""The embedded servers start, keep what they must, die with their parent and explain themselves."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from mitmach.embedded import binaries, child, die_with_parent
from mitmach.embedded.broker import running_broker
from mitmach.embedded.child import Child, EmbeddedFailure, free_port
from mitmach.embedded.mongod import Mongod, ReplicaSet, running_mongodb
from shared.delivery.mongo import connect

_PARENT = """
import asyncio, sys
from pathlib import Path
from mitmach.embedded import die_with_parent
from mitmach.embedded.broker import running_broker
from mitmach.embedded.mongod import running_mongodb

async def main():
    folder = Path(sys.argv[1])
    if sys.argv[2] == "lifeline":
        die_with_parent.needs_lifeline = lambda: True
    async with running_mongodb(folder / "m") as mongodb, running_broker(folder / "b") as broker:
        print(mongodb.members[0].child.pid, broker.child.pid, mongodb.url, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_what_mongodb_stored_is_there_after_a_restart_on_the_same_port(
    tmp_path: Path,
) -> None:
    async with running_mongodb(tmp_path) as mongodb, connect(mongodb.url) as mongo:
        url = mongodb.url
        await mongo.require_transactions()
        await mongo.database("test").insert("things", [{"_id": 1}])

    async with running_mongodb(tmp_path) as mongodb, connect(mongodb.url) as mongo:
        assert mongodb.url == url
        assert await mongo.database("test").count("things", {}) == 1


async def test_a_broker_starts_empty_each_time_and_says_so_by_its_cluster_id(
    tmp_path: Path,
) -> None:
    clusters = set()
    for _ in range(2):
        async with running_broker(tmp_path) as broker:
            admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
            await admin.start()
            clusters.add((await admin.describe_cluster())["cluster_id"])
            assert await admin.list_topics() == []
            await admin.create_topics([NewTopic("things", 3, 1)])
            await admin.close()

    assert len(clusters) == 2


@pytest.mark.parametrize("way", ["of this system", "lifeline"])
async def test_a_killed_parent_takes_its_servers_along(tmp_path: Path, way: str) -> None:
    def spawn() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", _PARENT, str(tmp_path), way]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd())

    parent = spawn()
    assert parent.stdout is not None
    mongod, broker, url = (await asyncio.to_thread(parent.stdout.readline)).split()
    async with connect(url) as mongo:
        await mongo.database("test").insert("things", [{"_id": 1}])

    parent.kill()
    parent.wait()
    parent.stdout.close()
    await until(lambda: not is_running(int(mongod)) and not is_running(int(broker)))

    async with running_mongodb(tmp_path / "m") as mongodb, connect(mongodb.url) as mongo:
        assert await mongo.database("test").count("things", {}) == 1


async def test_a_lifeline_ends_no_server_before_its_time_and_leaves_no_watcher_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(die_with_parent, "needs_lifeline", lambda: True)
    async with running_broker(tmp_path) as broker:
        assert broker.child.pid is not None
        (watcher,) = psutil.Process(broker.child.pid).children()
        broker.child.signal(signal.SIGKILL)
        await broker.start()
        await until(lambda: not is_running(watcher.pid))
        await asyncio.sleep(0.2)
        assert is_running(broker.child.pid)
        (watcher,) = psutil.Process(broker.child.pid).children()
    await until(lambda: not is_running(watcher.pid))


async def test_a_server_left_behind_by_an_earlier_run_is_ended(tmp_path: Path) -> None:
    member = Mongod(tmp_path)
    await ReplicaSet([member]).start()
    abandoned = member.child.pid
    assert abandoned is not None
    member.child.release()  # the lock is gone with its process; here the server isn't

    async with running_mongodb(tmp_path) as mongodb:
        assert mongodb.members[0].port == member.port
        assert not is_running(abandoned)
    member.child.stop()


async def test_a_foreign_process_with_a_noted_id_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pid").write_text(
        json.dumps({"pid": os.getpid(), "command": ["mongod", "--dbpath"]})
    )

    async with running_mongodb(tmp_path):
        pass


async def test_a_folder_in_use_is_refused_in_one_sentence(tmp_path: Path) -> None:
    async with running_mongodb(tmp_path):
        with pytest.raises(
            EmbeddedFailure, match=f"already runs on .* \\(process {os.getpid()}\\)"
        ):
            async with running_mongodb(tmp_path):
                pass


async def test_an_occupied_port_is_refused_with_the_option_that_changes_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as occupant:
        port = occupant.getsockname()[1]

        with pytest.raises(EmbeddedFailure, match=rf"Port {port} is taken .* --mongodb-port"):
            async with running_mongodb(tmp_path / "mongodb", port=port):
                pass
        with pytest.raises(EmbeddedFailure, match=f"Port {port} is taken .* --kafka-port"):
            async with running_broker(tmp_path / "broker", port=port):
                pass


async def test_a_disk_without_room_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_ROOM", 1 << 60)

    with pytest.raises(EmbeddedFailure, match="MiB are free .* --data"):
        async with running_broker(tmp_path):
            pass


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(EmbeddedFailure, match="can't be used .*--data"):
        async with running_mongodb(tmp_path / "file" / "mongodb"):
            pass


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        (
            "mongod: error while loading shared libraries: libcurl.so.4: cannot open",
            "libcurl.so.4: install",
        ),
        ('{"t":1,"s":"E","attr":{"error":"Location28596: No space left on device"}}', "make room"),
        ("mongod: version `GLIBC_2.34' not found", "newer C library"),
        ("Killed by something", "ended with code 3"),
    ],
)
async def test_a_server_that_ends_is_explained(tmp_path: Path, said: str, advice: str) -> None:
    member = Mongod(tmp_path)
    script = "import sys; print(sys.argv[1]); sys.exit(3)"
    member.child.command = [sys.executable, "-c", script, said]

    with pytest.raises(EmbeddedFailure, match=advice):
        await ReplicaSet([member]).start()


def test_a_platform_without_a_wheel_is_told_what_else_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")

    with pytest.raises(
        EmbeddedFailure, match="none for linux on riscv64: run the services against"
    ):
        binaries.find(package="no_such_package", path="bin/x", what="MongoDB")


def test_a_server_that_ignores_a_polite_request_is_ended_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_GRACE", 0.2)
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print('deaf', flush=True); time.sleep(60)"
    )
    server = Child(
        name="deaf",
        folder=tmp_path,
        command=[sys.executable, "-c", deaf],
        port=free_port(),
        port_option="--port",
    )
    server.start()
    while "deaf" not in server.output():
        pass

    server.stop()

    assert server.exit_code == -signal.SIGKILL
