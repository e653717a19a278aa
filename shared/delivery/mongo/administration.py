"""What an operator does once to a new MongoDB: the replica set, and a user per database.

Everything here is safe to repeat. A server that demands passwords lets a client of its own machine
make the replica set and the first user, and nothing else; so the first call comes from there.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from pymongo.errors import OperationFailure, PyMongoError

from shared.contract.errors import Unavailable
from shared.delivery.mongo.client import initiate_replica_set, reasoned
from shared.delivery.mongo.driver import Driver, make_client
from shared.delivery.mongo.reasons import reason_of

ADMIN = "admin"
_USER_EXISTS, _ROLE_EXISTS = 51003, 51002


class User(NamedTuple):
    """Somebody who may sign in.

    Attributes:
        name: Unique in the database `admin`.
        password: As given; the server keeps a salted hash.
        databases: Names of the databases that the user may use.
        only: The collection or view that the user may read there, and nothing else; None for
            reading and writing everything.
    """

    name: str
    password: str
    databases: Sequence[str]
    only: str | None = None

    @property
    def roles(self) -> list[dict[str, str]]:
        """The user's roles as MongoDB wants them."""
        if self.only is not None:
            return [{"role": self.name, "db": "admin"}]
        return [{"role": "readWrite", "db": database} for database in self.databases]

    @property
    def privileges(self) -> list[dict[str, Any]]:
        """What the user's own role allows, as MongoDB wants it."""
        return [
            {"resource": {"db": database, "collection": self.only}, "actions": ["find"]}
            for database in self.databases
            if self.only is not None
        ]


async def wait_for_server(
    address: str, *, tell: Callable[[str], None], within: float = 30.0
) -> None:
    """Waits until a server answers, which it does before it is a member of anything.

    Args:
        address: `host:port`.
        tell: Is told why it doesn't, once, when the first try has failed.
        within: Seconds to wait.

    Raises:
        Unavailable: It doesn't answer; the reason is in it.
    """
    client = make_client(
        f"mongodb://{address}/",
        Driver.PYMONGO,
        directConnection=True,
        serverSelectionTimeoutMS=1500,
        connectTimeoutMS=1500,
    )
    loop = asyncio.get_running_loop()
    until, told = loop.time() + within, False
    try:
        while True:
            try:
                await client.admin.command("hello")
            except PyMongoError as error:
                reason = f"MongoDB isn't reached at {address}: {reason_of(error)}"
                if loop.time() > until:
                    raise Unavailable(f"{reason}; check MITMACH_MONGODB_HERE.") from error
                if not told:
                    tell(f"{reason} (MITMACH_MONGODB_HERE); trying for {within:.0f} s.")
                    told = True
                await asyncio.sleep(0.5)
            else:
                return
    finally:
        await client.close()


async def set_up(
    here: str, members: Sequence[str], *, admin_password: str | None, users: Sequence[User]
) -> None:
    """Makes the replica set, the administrator and the users.

    Args:
        here: `host:port` of the first member as seen from here; on a server with passwords this
            must be its own loopback address at the first time.
        members: `host:port` of all members, as they and the clients see each other.
        admin_password: Password of the user `admin`; None on a server that demands no passwords.
        users: Who else may sign in, with exactly these rights.

    Raises:
        Unavailable: The server doesn't answer, or it lets us do nothing.
    """
    with reasoned():
        await initiate_replica_set(members, reached_at=here, password=admin_password)
        if admin_password is not None:
            await _set_up_users(here, admin_password, users)


async def _set_up_users(here: str, admin_password: str, users: Sequence[User]) -> None:
    client = _client(here)
    try:
        await client.admin.command(
            "createUser", ADMIN, pwd=admin_password, roles=[{"role": "root", "db": "admin"}]
        )
    except OperationFailure:
        pass  # there is one already; signing in below tells whether it is ours
    finally:
        await client.close()
    client = _client(here, username=ADMIN, password=admin_password)
    try:
        for user in users:
            await _ensure(client, user)
    finally:
        await client.close()


async def _ensure(client: Any, user: User) -> None:
    if user.only is not None:
        await _make(client, "Role", user.name, privileges=user.privileges, roles=[])
    await _make(client, "User", user.name, pwd=user.password, roles=user.roles)


async def _make(client: Any, what: Literal["Role", "User"], name: str, **given: Any) -> None:
    try:
        await client.admin.command(f"create{what}", name, **given)
    except OperationFailure as error:
        if error.code not in {_USER_EXISTS, _ROLE_EXISTS}:
            raise
        await client.admin.command(f"update{what}", name, **given)


def _client(address: str, **options: Any) -> Any:
    return make_client(
        f"mongodb://{address}/",
        Driver.PYMONGO,
        directConnection=True,
        serverSelectionTimeoutMS=30_000,
        **options,
    )
