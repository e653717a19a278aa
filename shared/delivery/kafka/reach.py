"""Whether the broker is reached, and in a few words why not: for logs and readiness.

A client that fails to start says that it couldn't, and leaves the reason in a log line of its own;
a host that swallows packets costs it ten seconds. So a connection is tried first, before each start
of the clients; that is a round trip, or two with TLS and a sign-in.
"""

import asyncio
import socket
import ssl
from contextlib import suppress
from typing import Any

from aiokafka.conn import create_conn
from aiokafka.errors import KafkaError

from shared.contract.errors import Refusal
from shared.delivery.kafka.connection import KafkaConnection

# Seconds for a connection with its sign-in: told within five, beside what came before.
_WITHIN = 3.0


class BrokerUnavailable(ConnectionError):  # noqa: N818 - as `Unavailable`, which it becomes
    """No bootstrap server can be reached.

    Attributes:
        reason: Why, in a few words and without addresses.

    Args:
        bootstrap: The servers that were tried.
        reason: Why, in a few words.
        variables: The settings that this may be due to.
    """

    def __init__(self, bootstrap: str, reason: str, variables: str) -> None:
        super().__init__(f"Kafka isn't reached at {bootstrap}: {reason}; check {variables}.")
        self.reason = reason


async def require_broker(kafka: KafkaConnection) -> None:
    """Connects and signs in to one of the bootstrap servers.

    Raises:
        BrokerUnavailable: None lets us in within three seconds.
    """
    options = kafka.options()
    trying = [asyncio.create_task(_try(server, options)) for server in kafka.bootstrap.split(",")]
    failure: BaseException = TimeoutError()
    try:
        async with asyncio.timeout(_WITHIN):
            for tried in asyncio.as_completed(trying):
                try:
                    await tried
                    return
                except (OSError, KafkaError, TimeoutError) as error:
                    failure = error
    except TimeoutError:
        pass
    finally:
        for task in trying:
            task.cancel()
        await asyncio.wait(trying)
    raise BrokerUnavailable(kafka.bootstrap, *reason_of(failure))


async def _try(server: str, options: dict[str, Any]) -> None:
    host, _, port = server.strip().rpartition(":")
    if not port.isdigit():
        host, port = server.strip(), "9092"
    others = {name: value for name, value in options.items() if name != "bootstrap_servers"}
    connection = await create_conn(
        host.strip("[]"), int(port), request_timeout_ms=int(_WITHIN * 1000), **others
    )
    with suppress(Exception):
        connection.close()


def reason_of(error: BaseException) -> tuple[str, str]:
    """Why a connection failed, and the names of the settings that this may be due to."""
    where = "MITMACH_KAFKA_BOOTSTRAP"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"TLS: {error.verify_message}", "MITMACH_KAFKA_CA_FILE"
    if isinstance(error, ssl.SSLError):
        return "TLS: the two sides don't agree", "MITMACH_KAFKA_SECURITY_PROTOCOL"
    if isinstance(error, socket.gaierror):
        return "the name of the host isn't known", where
    if isinstance(error, ConnectionRefusedError):
        return "connection refused", where
    if isinstance(error, TimeoutError):
        return "no answer", where
    kind = type(error).__name__
    if "Sasl" in kind or "Authentication" in kind:
        return (
            "the sign-in is refused",
            "MITMACH_KAFKA_USERNAME, MITMACH_KAFKA_PASSWORD and MITMACH_KAFKA_SASL_MECHANISM",
        )
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower(), where
    return f"the connection ends ({kind})", f"{where} and MITMACH_KAFKA_SECURITY_PROTOCOL"


def short_reason(error: BaseException) -> str:
    """What keeps from working with the broker, in a few words and without addresses."""
    if isinstance(error, BrokerUnavailable):
        return f"Kafka isn't reached: {error.reason}"
    if isinstance(error, KafkaError):
        return f"Kafka: {type(error).__name__}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, Refusal):
        return error.detail
    return f"{type(error).__name__}: {error}"
