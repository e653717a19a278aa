"""The connection to MongoDB: one client per process, checked for what the design needs."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from pymongo.errors import ConfigurationError, InvalidURI, OperationFailure, PyMongoError
from pymongo.uri_parser import parse_uri

from shared.contract.errors import Unavailable
from shared.contract.ids import new_id
from shared.delivery.mongo.database import Database
from shared.delivery.mongo.driver import Driver, close_client, make_client
from shared.delivery.mongo.failures import deadline, translated
from shared.delivery.mongo.reasons import is_sign_in, reason_of
from shared.delivery.mongo.sessions import SessionRegistry
from shared.runtime.settings import SettingsError

# Seconds to find a server and to connect to it. A request has 3 s in all: so there is time left for
# an honest answer.
_SELECTION, _CONNECT = 1.5, 1.5
# Seconds for a call. What hangs longer (an aggregation, a large flush) is a dead connection.
_SOCKET = 20.0
_CLOSING = 2.0  # seconds: a server that hangs must not hold up a shutdown
_ALREADY_INITIATED = 23


class NoTransactions(Exception):  # noqa: N818
    """The server is a standalone: it has no transactions, without which no promise can be kept."""


class Mongo:
    """A connection to one replica set."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def database(self, name: str) -> Database:
        """The database with this name; made by its first write."""
        return Database(self._client[name])

    def sessions(self, database: Database, *, process: str | None = None) -> SessionRegistry:
        """Sessions for transactions on a database.

        Args:
            database: The database of the transactions, where the sessions are written down too.
            process: Name of their owner; made up when left out.
        """
        return SessionRegistry(self._client, database, process or new_id())

    async def ping(self, *, within: float = 2.0) -> None:
        """Asks the primary for a sign of life.

        Args:
            within: Seconds that are waited for it.

        Raises:
            Unavailable: There is none in time, or we aren't let in; it says why.
        """
        with deadline(within), reasoned():
            await self._client.admin.command("ping")

    async def ready(self) -> None:
        """A check for readiness: `ping` that has its answer before the check is given up.

        Raises:
            Unavailable: As `ping`.
        """
        await self.ping(within=0.8)

    async def require_transactions(self) -> None:
        """Checks that the server is a replica set or behind a router.

        Raises:
            NoTransactions: It is a standalone.
            Unavailable: Nobody answers, or we aren't let in; it says why.
        """
        with reasoned():
            hello = await self._client.admin.command("hello")
        if "setName" not in hello and hello.get("msg") != "isdbgrid":
            raise NoTransactions(
                "MongoDB runs without a replica set; start mongod with --replSet and initiate it."
            )

    async def drop(self, name: str) -> None:
        """Deletes a database with all that is in it."""
        with translated():
            await self._client.drop_database(name)


@contextmanager
def reasoned() -> Iterator[None]:
    """Turns what keeps us from the database into `Unavailable` with the reason."""
    try:
        with translated():
            yield
    except (Unavailable, PyMongoError) as error:
        if isinstance(error, Unavailable) or is_sign_in(error):
            raise Unavailable(f"MongoDB isn't reached: {reason_of(error)}") from error
        raise


def check_url(url: str) -> None:
    """Reads a connection string as the driver will.

    Raises:
        SettingsError: It can't be used; the sentence says why and quotes nothing of it.
    """
    # The driver would ask the name service for the servers; that is for later.
    plain = url.replace("mongodb+srv://", "mongodb://", 1)
    try:
        parse_uri(plain, validate=True, warn=False)
    except OSError as error:
        reason = f"a file in it can't be read: {(error.strerror or 'unknown').lower()}"
    except (ConfigurationError, InvalidURI, ValueError, TypeError) as error:
        # Up to a quotation mark: what is quoted may be a part of a password.
        reason = re.split(r"[\"'.]", str(error), maxsplit=1)[0].strip()
    else:
        return
    raise SettingsError(f"The setting MITMACH_MONGODB_URL is wrong: {reason}.") from None


@asynccontextmanager
async def connect(
    url: str, *, driver: Driver = Driver.MOTOR, app_name: str = "mitmach"
) -> AsyncIterator[Mongo]:
    """Opens a client and closes it at the end. Doesn't wait for the server; `ping` does.

    Raises:
        SettingsError: The connection string can't be used.
    """
    check_url(url)
    client = make_client(
        url,
        Driver(driver),
        appname=app_name,
        serverSelectionTimeoutMS=int(_SELECTION * 1000),
        connectTimeoutMS=int(_CONNECT * 1000),
        socketTimeoutMS=int(_SOCKET * 1000),
        retryWrites=True,
        retryReads=True,
        tz_aware=True,
    )
    try:
        yield Mongo(client)
    finally:
        with deadline(_CLOSING):
            await close_client(client)


async def initiate_replica_set(
    members: Sequence[str],
    *,
    name: str = "rs0",
    within: float = 30.0,
    reached_at: str | None = None,
    password: str | None = None,
    election_timeout: float | None = None,
) -> None:
    """Makes a replica set of fresh `mongod`s and waits for its primary.

    Harmless if it is one already.

    Args:
        members: `host:port` of each member, started with `--replSet name`.
        name: Name of the replica set.
        within: Seconds to wait for a primary.
        reached_at: Address of the first member as seen from here, if it is another.
        password: Password of the user `admin`, where that user may be there already.
        election_timeout: Seconds without a sign of the primary until the others elect a new
            primary; the server's default is ten.

    Raises:
        TimeoutError: No primary in time.
    """
    client = make_client(
        f"mongodb://{reached_at or members[0]}/",
        Driver.PYMONGO,
        directConnection=True,
        serverSelectionTimeoutMS=5000,
        **(await _signed_in(reached_at or members[0], password)),
    )
    hosts = [{"_id": i, "host": host} for i, host in enumerate(members)]
    config: dict[str, Any] = {"_id": name, "members": hosts}
    if election_timeout is not None:
        config["settings"] = {"electionTimeoutMillis": int(election_timeout * 1000)}
    try:
        async with asyncio.timeout(within):
            try:
                await client.admin.command("replSetInitiate", config)
            except OperationFailure as error:
                if error.code != _ALREADY_INITIATED:
                    raise
            while not await _has_primary(client):  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.05)
    finally:
        await client.close()


async def _signed_in(address: str, password: str | None) -> dict[str, str]:
    """Credentials of `admin` once that user is there; before, a server lets nobody sign in."""
    if password is None:
        return {}
    given = {"username": "admin", "password": password}
    client = make_client(
        f"mongodb://{address}/",
        Driver.PYMONGO,
        directConnection=True,
        serverSelectionTimeoutMS=30_000,
        **given,
    )
    try:
        await client.admin.command("ping")
    except OperationFailure:
        return {}
    finally:
        await client.close()
    return given


async def _has_primary(client: Any) -> bool:
    # `hello` needs no rights, so it also works before there is a user.
    hello = await client.admin.command("hello")
    return hello.get("isWritablePrimary", False) or hello.get("primary", "") not in {
        "",
        hello.get("me"),
    }
