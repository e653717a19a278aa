"""One server of the write path benchmark, in a process of its own: MODE PORT MONGODB DATA.

empty      a FastAPI endpoint that checks the token and answers: reads and writes nothing
single     the same, and one document written without any event, rule or transaction
ours       the posts service
textbook   the same route and command, one transaction per request
"""

import asyncio
import importlib
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import uvicorn
from fastapi import Depends, FastAPI, Header
from pydantic import BaseModel, ConfigDict, SecretStr

from mitmach.development import DevelopmentSecrets
from services.posts.app import build_api
from services.posts.config import PostsSettings
from shared.contract.ids import new_id
from shared.contract.moments import utc_now
from shared.contract.principal import Claims
from shared.delivery.command import Command
from shared.delivery.committer import CommandResult
from shared.delivery.committer.attempt import Attempt
from shared.delivery.committer.entity_cache import EntityCache
from shared.delivery.committer.queue import Job
from shared.delivery.log import source_of
from shared.delivery.mongo import CommitUnknown, Conflict, Driver, Mongo, Session, connect
from shared.runtime.process import spare_collector
from shared.runtime.settings import load
from shared.runtime.telemetry import telemetry_from
from shared.web.http.context import build_verifier
from tooling.servers.peers import peer_packages


class Reaction(BaseModel):
    """The same body as the real endpoint's."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["like", "celebrate", "insightful", "thanks", "support", "funny"]


Write = Callable[[str, str, str], Awaitable[object]]


async def nothing(post_id: str, person: str, kind: str) -> None:
    """An endpoint that reads the body and writes nothing."""


def plain(settings: PostsSettings, write: Write = nothing) -> FastAPI:
    """The baseline: what FastAPI costs with nothing behind it but the token check and `write`."""
    app = FastAPI()
    verifier = build_verifier(settings)

    async def claims(authorization: str = Header()) -> Claims:
        token = authorization[7:]
        return verifier.recall(token) or await verifier.authenticate(token)

    @app.put("/v1/posts/{post_id}/reaction", response_model=Reaction)
    async def react(post_id: str, body: Reaction, who: Claims = Depends(claims)) -> Reaction:
        await write(post_id, who.login, body.kind)
        return body

    return app


@asynccontextmanager
async def single(settings: PostsSettings, mongo: Mongo) -> AsyncIterator[FastAPI]:
    """The baseline that writes: durable as ours (majority), but nobody learns of it."""
    database = mongo.database(f"{settings.database_prefix}single")
    await database.ensure_collections({"reactions": ()})

    async def write(post_id: str, person: str, kind: str) -> None:
        place = {"_id": f"{post_id}:{person}"}
        statement = {"q": place, "u": {"$set": {"reaction": kind}}, "upsert": True}
        await database.update("reactions", [statement])

    yield plain(settings, write)


class OneByOne:
    """The textbook: each request has a transaction to itself, retried when it conflicts."""

    def __init__(self, sessions: list[Session], source: str, clock: object) -> None:
        self._free: asyncio.LifoQueue[Session] = asyncio.LifoQueue()
        for session in sessions:
            self._free.put_nowait(session)
        self._source = source
        self._clock = clock
        self.waiting = 0

    async def execute(
        self, command: Command, *, once: None = None, traceparent: str | None = None
    ) -> CommandResult:
        """Decides and commits one command."""
        loop = asyncio.get_running_loop()
        job = Job(command, once, traceparent, loop.create_future(), loop.time() + 30)
        session = await self._free.get()
        try:
            while True:
                attempt = Attempt(
                    [job], source=self._source, commit_id=new_id(), cache=EntityCache()
                )
                try:
                    async with session.transaction() as transaction:
                        await attempt.read(transaction)
                        await attempt.decide(transaction, self._clock)  # type: ignore[arg-type]
                        await attempt.write(transaction)
                        await transaction.commit()
                    break
                except (Conflict, CommitUnknown):
                    await asyncio.sleep(0.002)
        finally:
            self._free.put_nowait(session)
        (verdict,) = attempt.verdicts
        if isinstance(verdict, Exception):
            raise verdict
        assert isinstance(verdict, CommandResult)  # no acts of before
        return verdict


@asynccontextmanager
async def textbook(settings: PostsSettings, mongo: Mongo) -> AsyncIterator[FastAPI]:
    """The posts service with the other committer."""
    async with build_api(settings, mongo, telemetry_from(settings, "posts")) as app:
        database = mongo.database(f"{settings.database_prefix}posts")
        registry = mongo.sessions(database)
        sessions = [await registry.open() for _ in range(64)]
        app.state.web.committer = OneByOne(sessions, await source_of(database, "posts"), utc_now)
        yield app
        await registry.close()


async def serve_with_granian(app: FastAPI, port: int) -> None:
    """Serves with the peer of uvicorn, which is installed beside the other peers."""
    sys.path.append(peer_packages())
    granian = importlib.import_module("granian.server.embed")
    http1 = importlib.import_module("granian.constants").HTTPModes.http1
    await granian.Server(
        app,
        port=port,
        interface="asginl",  # without lifespan
        http=http1,
        websockets=False,
        log_access=False,
        log_level="warning",
        backlog=4096,
    ).serve()


async def main() -> None:
    mode, port, url, data = sys.argv[1:5]
    driver = sys.argv[5] if len(sys.argv) > 5 else "motor"
    server = sys.argv[6] if len(sys.argv) > 6 else "uvicorn"
    logging.basicConfig(level=logging.WARNING)
    secrets = DevelopmentSecrets(Path(data))
    settings = load(
        PostsSettings,
        mongodb_url=SecretStr(url),
        mongodb_driver=driver,
        jwt_key_file=secrets.public_file,
        pseudonym_key=SecretStr(secrets.pseudonym_key),
        http_person_rate=0,
        http_address_rate=0,
    )

    async def serve(app: FastAPI) -> None:
        spare_collector()  # as our services do; it helps the baselines no less
        if server == "granian":
            await serve_with_granian(app, int(port))
            return
        config = uvicorn.Config(
            app,
            port=int(port),
            access_log=False,
            log_level="warning",
            loop="uvloop",
            lifespan="off",
        )
        await uvicorn.Server(config).serve()

    if mode == "empty":
        await serve(plain(settings))
        return
    async with connect(url, driver=Driver(driver)) as mongo:
        if mode == "ours":
            building = build_api(settings, mongo, telemetry_from(settings, "posts"))
        else:
            building = {"textbook": textbook, "single": single}[mode](settings, mongo)
        async with building as app:
            await serve(app)


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
