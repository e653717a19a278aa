"""Roles of services as processes of their own, as a cluster runs them."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from mitmach.development import DevelopmentSecrets
from mitmach.embedded.child import free_port
from tooling.servers.http import NO_TLS

READY_WITHIN = 60.0  # seconds; a dozen start at once, each needs one or two of a processor
ENDED_WITHIN = 30.0
# One token plays many people here, and faster than any of them could.
UNLIMITED = {
    "MITMACH_HTTP_PERSON_RATE": "0",
    "MITMACH_HTTP_PERSON_IN_FLIGHT": "0",
    "MITMACH_QUOTAS": "false",
}


def settings_of_roles(
    secrets: DevelopmentSecrets, *, mongodb: str, kafka: str, session: float
) -> dict[str, str]:
    """Environment variables of all roles of a cluster.

    Args:
        secrets: Sign people's tokens and hold the key of their aliases.
        mongodb: URL of the replica set.
        kafka: Hosts and ports of the brokers that are asked first.
        session: Seconds until a silent consumer has lost its partitions.
    """
    return {
        "MITMACH_MONGODB_URL": mongodb,
        "MITMACH_KAFKA_BOOTSTRAP": kafka,
        "MITMACH_KAFKA_SESSION_TIMEOUT": f"{session:g}",
        "MITMACH_JWT_KEY_FILE": str(secrets.public_file),
        "MITMACH_PSEUDONYM_KEY": secrets.pseudonym_key,
        **UNLIMITED,
    }


class RoleFailed(Exception):  # noqa: N818 - a role can fail; that is what this says
    """A role ended, isn't ready or doesn't end; the text has the end of its log."""


class RoleProcess:
    """One role of a service, which runs from the moment that this is made.

    Args:
        name: Service, role and number, for messages and the name of its log.
        command: Arguments of `python -m`.
        settings: Environment variables; those of this process that concern Mitmach don't count.
        folder: Where its log is written.

    Attributes:
        name: As given.
        http: URL of its HTTP server, which has a port of its own.
    """

    def __init__(
        self, name: str, command: Sequence[str], settings: Mapping[str, str], folder: Path
    ) -> None:
        self.name = name
        port = free_port()
        self.http = f"http://127.0.0.1:{port}"
        self._log = folder / f"{name}.log"
        environment = {key: value for key, value in os.environ.items() if "MITMACH" not in key}
        self._environment = (
            environment
            | dict(settings)
            | {
                "MITMACH_HTTP_PORT": str(port),
                "PYTHONFAULTHANDLER": "1",  # see `_dump`
            }
        )
        self._command = command
        self._process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        with self._log.open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *self._command],
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def ready(self, *, within: float = READY_WITHIN) -> None:
        """Waits until it can work."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within
        async with httpx.AsyncClient(verify=NO_TLS) as client:
            while reason := await self._unready(client):
                if self._process.poll() is not None:
                    raise RoleFailed(f"{self.name} has ended:\n{self.log_end()}")
                if loop.time() > until:
                    await asyncio.to_thread(self._dump)
                    raise RoleFailed(f"{self.name} isn't ready: {reason}\n{self.log_end()}")
                await asyncio.sleep(0.1)

    def _dump(self) -> None:
        """Has it write where each of its threads is, which ends it."""
        self._process.send_signal(signal.SIGABRT)
        self._process.wait(ENDED_WITHIN)

    async def _unready(self, client: httpx.AsyncClient) -> str:
        """Why it can't work; empty if it can."""
        try:
            answer = await client.get(f"{self.http}/health/ready")
        except httpx.TransportError as error:
            return type(error).__name__
        return "" if answer.is_success else answer.text

    async def metric(self, sample_name: str) -> float:
        """A metric of this process, summed over its labels."""
        async with httpx.AsyncClient(verify=NO_TLS) as client:
            answer = await client.get(f"{self.http}/metrics", headers={"accept": "text/plain"})
        return sum(
            sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
            if sample.name == sample_name
        )

    def log_end(self) -> str:
        """The end of its log."""
        return self._log.read_text()[-3000:]

    def kill(self) -> None:
        """As a power cut would."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def start_again(self) -> None:
        """After it has ended."""
        assert self._process.poll() is not None, f"{self.name} still runs"
        self._process = self._started()

    def freeze(self) -> None:
        """As a machine does that swaps; it never learns how long it slept."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was."""
        self._process.send_signal(signal.SIGCONT)

    def ask_to_end(self) -> None:
        """SIGTERM, unless it has ended."""
        if self._process.poll() is None:
            self._process.terminate()

    def ended(self) -> int:
        """Its exit code, in the end."""
        try:
            return self._process.wait(ENDED_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RoleFailed(f"{self.name} didn't end:\n{self.log_end()}") from None


@asynccontextmanager
async def running_roles(
    wanted: Mapping[str, Sequence[str]], settings: Mapping[str, str], folder: Path
) -> AsyncIterator[dict[str, RoleProcess]]:
    """Starts all at once, waits until all are ready, and ends them in order.

    Args:
        wanted: Arguments of `python -m`, by name.
        settings: Environment variables of all of them.
        folder: For their logs.
    """
    roles = {name: RoleProcess(name, command, settings, folder) for name, command in wanted.items()}
    try:
        await asyncio.gather(*(role.ready() for role in roles.values()))
        yield roles
    except BaseException as failure:
        for role in roles.values():
            failure.add_note(f"{role.name} said last:\n{role.log_end()}")
        raise
    finally:
        for role in roles.values():
            role.ask_to_end()
        codes = {name: await asyncio.to_thread(role.ended) for name, role in roles.items()}
    left = {name: code for name, code in codes.items() if code not in {0, -signal.SIGKILL}}
    assert not left, f"ended with these codes: {left}"
