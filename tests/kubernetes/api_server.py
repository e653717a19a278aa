"""A Kubernetes API server of our own, where etcd and kube-apiserver are installed.

It judges what it is sent, admission included; nothing is ever run.
"""

import os
import shutil
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mitmach.embedded.child import free_port

_READY_WITHIN = 120.0  # seconds
# Where `kube-apiserver` and `kubectl` may be, besides the usual places.
_ALSO = Path(os.environ.get("TOOLS_DIR", Path.home() / ".cache" / "mitmach-tools"))


class NoApiServer(Exception):  # noqa: N818
    """None can run here; the text says what is missing."""


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{_ALSO}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        raise NoApiServer(f"{name} isn't installed")
    return found


@contextmanager
def api_server(folder: Path) -> Iterator[list[str]]:
    """The command that talks to it as its administrator.

    Raises:
        NoApiServer: It can't run here.
    """
    programs = {name: _program(name) for name in ("etcd", "kube-apiserver", "kubectl", "openssl")}
    clients, peers, port = (free_port() for _ in range(3))
    here = "127.0.0.1"
    subprocess.run(
        [programs["openssl"], "genrsa", "-out", str(folder / "key")],
        check=True,
        capture_output=True,
    )
    (folder / "tokens.csv").write_text('of-the-test,admin,1,"system:masters"\n')
    started = []
    try:
        for name, arguments in {
            "etcd": (
                f"--data-dir={folder / 'etcd'}",
                f"--listen-client-urls=http://{here}:{clients}",
                f"--advertise-client-urls=http://{here}:{clients}",
                f"--listen-peer-urls=http://{here}:{peers}",
                f"--initial-advertise-peer-urls=http://{here}:{peers}",
                f"--initial-cluster=default=http://{here}:{peers}",
            ),
            "kube-apiserver": (
                f"--etcd-servers=http://{here}:{clients}",
                f"--service-account-key-file={folder / 'key'}",
                f"--service-account-signing-key-file={folder / 'key'}",
                "--service-account-issuer=https://local",
                f"--secure-port={port}",
                f"--bind-address={here}",
                f"--cert-dir={folder / 'certificates'}",
                f"--token-auth-file={folder / 'tokens.csv'}",
                "--authorization-mode=RBAC",
                "--service-cluster-ip-range=10.0.0.0/24",
                "--disable-admission-plugins=ServiceAccount",
            ),
        }.items():
            with (folder / f"{name}.log").open("w") as log:
                started.append(
                    subprocess.Popen([programs[name], *arguments], stdout=log, stderr=log)
                )
        _wait(port, started, folder)
        yield [
            programs["kubectl"],
            f"--server=https://{here}:{port}",
            "--insecure-skip-tls-verify",
            "--token=of-the-test",
        ]
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def _wait(port: int, started: list[subprocess.Popen[bytes]], folder: Path) -> None:
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    asking = urllib.request.Request(
        f"https://127.0.0.1:{port}/readyz", headers={"Authorization": "Bearer of-the-test"}
    )
    until = time.monotonic() + _READY_WITHIN
    while time.monotonic() < until:
        if any(process.poll() is not None for process in started):
            break
        try:
            with urllib.request.urlopen(asking, timeout=5, context=anyone):
                return
        except OSError:
            time.sleep(0.3)
    said = (folder / "kube-apiserver.log").read_text()[-1500:]
    raise AssertionError(f"the API server doesn't start:\n{said}")
