"""The door of the data teams, with nginx: whatever a client asks goes through it, also by TLS."""

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from mitmach.embedded.child import free_port
from mitmach.installation.rights import plans
from mitmach.installation.run import install
from mitmach.installation.secrets import create
from tests.integration.deploy.password_servers import ROOT, PasswordServers, password_servers

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin") or ""
STREAMS = Path("/usr/lib/nginx/modules/ngx_stream_module.so")  # apart from nginx in Debian
PYTHON = Path(sys.prefix) / "tools" / "bin" / "python"

pytestmark = [
    pytest.mark.faults_long,
    pytest.mark.apache,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        not (NGINX and PYTHON.exists() and shutil.which("openssl")),
        reason="nginx, openssl or requirements/tools.txt isn't installed (Debian:"
        " libnginx-mod-stream)",
    ),
]


@pytest.fixture
async def servers(
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[tuple[PasswordServers, int]]:
    """The servers after `mitmach init`, and the port of a door that leads nowhere yet."""
    door = free_port()
    with tempfile.TemporaryDirectory(prefix="mitmach-door-") as folder:
        async with password_servers(Path(folder), door=door) as found:
            create(found.passwords, mongodb=found.mongodb, data_teams=["marketing"])
            for name, value in found.init_variables().items():
                monkeypatch.setenv(name, value)
            assert await install(Console(quiet=True)) == 0
            yield found, door


@contextmanager
def nginx(folder: Path, conf: str, *, door: int, leads_to: str) -> Iterator[None]:
    """The door with its own configuration, but for the addresses and folders of this machine."""
    text = (ROOT / "deploy" / "data-door" / conf).read_text()
    for number, port in (("9095", door), ("9096", free_port()), ("9097", free_port())):
        text = text.replace(f"listen {number}", f"listen 127.0.0.1:{port}")
        text = text.replace(f"{number} kafka", f"{port} kafka")
    text = text.replace(" kafka:9095;", f" {leads_to.replace('localhost', '127.0.0.1')};")
    text = text.replace("/tmp/", f"{folder}/").replace("/run/data-door/", f"{folder}/")
    if STREAMS.exists():
        text = f"load_module {STREAMS};\n{text}"
    (folder / "nginx.conf").write_text(text)
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    process = subprocess.Popen([*command, "-e", "stderr"])
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def look(door: int, *, password: str, **more: str) -> tuple[list[str], str, str]:
    """The topics and the broker that a client sees who knows nothing but the door, and errors."""
    settings = {
        "bootstrap.servers": f"localhost:{door}",
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "data-marketing",
        "sasl.password": password,
        "group.id": "data-marketing.look",
        **{name.replace("_", "."): value for name, value in more.items()},
    }
    done = subprocess.run(
        [PYTHON, "-c", _LOOK, json.dumps(settings)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    topics, broker = json.loads(done.stdout) if done.stdout else ([], "")
    return topics, broker, done.stderr


_LOOK = """
import json, sys, confluent_kafka
found = confluent_kafka.Consumer(json.loads(sys.argv[1])).list_topics(timeout=10)
(broker,) = found.brokers.values()
print(json.dumps([sorted(found.topics), f"{broker.host}:{broker.port}"]))
"""


async def test_a_team_comes_in_by_the_door_with_its_password_and_by_tls_with_both(
    servers: tuple[PasswordServers, int], tmp_path: Path
) -> None:
    found, door = servers
    password = (found.passwords / "data-teams" / "marketing").read_text()
    certificate = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    await asyncio.to_thread(
        subprocess.run,
        [
            *("openssl", "req", *certificate, "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(tmp_path / "tls.key"), "-out", str(tmp_path / "tls.crt")),
        ],
        check=True,
        capture_output=True,
    )
    tls = {"security_protocol": "SASL_SSL", "ssl_ca_location": str(tmp_path / "tls.crt")}
    public = sorted(plan.name for plan in plans() if plan.data_teams)
    for conf, options in (("nginx.conf", {}), ("tls.conf", tls)):
        with nginx(tmp_path, conf, door=door, leads_to=found.data):
            # The broker sends its clients back to the door, not around it.
            seen = await asyncio.to_thread(look, door, password=password, **options)
            assert seen[:2] == (public, f"localhost:{door}"), seen
            refused = await asyncio.to_thread(look, door, password="guessed", **options)
            assert refused[0] == []
            assert "Authentication failed" in refused[2]
            if options:
                plain = await asyncio.to_thread(look, door, password=password)
                assert plain[0] == []
