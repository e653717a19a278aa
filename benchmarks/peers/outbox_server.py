"""The nearest peer of the write path: faststream-outbox with SQLAlchemy on PostgreSQL.

    python outbox_server.py PORT ADDRESS KEYS PSEUDONYM_KEY

As its documentation shows it: the reaction and the outbox row go into the caller's transaction, one
transaction per request. It does less than our endpoint: one read (the post) where ours reads the
person, the group, the channel and the earlier reaction too, and no rule is checked. The token check
is ours, with the same memory of tokens that were seen before. Nobody relays meanwhile, as with us.
"""

import asyncio
import gc
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

import uvicorn
import uvloop
from fastapi import Depends, FastAPI, Header, HTTPException
from faststream_outbox import OutboxBroker, make_outbox_table
from pydantic import BaseModel, ConfigDict
from sqlalchemy import String
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.contract.principal import Claims
from shared.web.identity import KeyStore, TokenVerifier

# Connections of the pool: with more of them PostgreSQL's processes fight over few cores.
POOL = 20


class Base(DeclarativeBase):
    """Its metadata holds the outbox table too."""


class Post(Base):
    """What is reacted to."""

    __tablename__ = "posts"
    id: Mapped[str] = mapped_column(String, primary_key=True)
    group_id: Mapped[str]
    format: Mapped[str]
    published_at: Mapped[str]


class Reaction(Base):
    """One per person and post."""

    __tablename__ = "reactions"
    post_id: Mapped[str] = mapped_column(String, primary_key=True)
    person: Mapped[str] = mapped_column(String, primary_key=True)
    kind: Mapped[str]


OUTBOX = make_outbox_table(Base.metadata, table_name="outbox")


class Body(BaseModel):
    """The same body as the real endpoint's."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["like", "celebrate", "insightful", "thanks", "support", "funny"]


def event(post: Post, who: Claims, kind: str) -> dict[str, object]:
    """What happened, as our event says it."""
    return {
        "specversion": "1.0",
        "id": str(uuid4()),
        "source": "/mitmach/posts/peer",
        "type": "mitmach.reaction.added",
        "subject": post.id,
        "time": datetime.now(UTC).isoformat(),
        "datacontenttype": "application/json",
        "dataschema": "/schemas/mitmach.reaction.added/1.json",
        "partitionkey": post.id,
        "actor": who.login,
        "data": {
            "post_id": post.id,
            "group_id": post.group_id,
            "format": post.format,
            "kind": "news",
            "topics": ["sport", "running"],
            "published_at": post.published_at,
            "reaction": kind,
            "first_view": False,
            "first_interaction": False,
            "own": False,
            "in_audience": True,
        },
    }


def build(engine: AsyncEngine, verifier: TokenVerifier) -> FastAPI:
    """The app with its one route."""
    app = FastAPI()
    broker = OutboxBroker(engine, outbox_table=OUTBOX)
    sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def claims(authorization: str = Header()) -> Claims:
        token = authorization[7:]
        return verifier.recall(token) or await verifier.authenticate(token)

    @app.put("/v1/posts/{post_id}/reaction", response_model=Body)
    async def react(post_id: str, body: Body, who: Claims = Depends(claims)) -> Body:
        async with sessions() as session, session.begin():
            post = await session.get(Post, post_id)
            if post is None:
                raise HTTPException(404)
            row = {"post_id": post_id, "person": who.login, "kind": body.kind}
            await session.execute(
                insert(Reaction)
                .values(row)
                .on_conflict_do_update(
                    index_elements=["post_id", "person"], set_={"kind": body.kind}
                )
            )
            await broker.publish(
                event(post, who, body.kind), queue="mitmach.posts.v1", session=session
            )
        return body

    return app


async def prepare(engine: AsyncEngine) -> None:
    """Makes the tables, and the posts that the load generator names."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        posts = [
            {
                "id": f"01a20d23-4f02-7000-8000-{number:012x}",
                "group_id": "00000000-0000-7000-8000-000000000000",
                "format": "video",
                "published_at": datetime.now(UTC).isoformat(),
            }
            for number in range(1000)
        ]
        await connection.execute(insert(Post).on_conflict_do_nothing(), posts)


async def main() -> None:
    """Serves until it is ended."""
    port, address, keys, pseudonym_key = sys.argv[1:5]
    engine = create_async_engine(address, pool_size=POOL, max_overflow=0)
    await prepare(engine)
    verifier = TokenVerifier(
        KeyStore(file=Path(keys), url=None),
        issuer="mitmach-development",
        audience="mitmach",
        pseudonym_key=pseudonym_key.encode(),
    )
    config = uvicorn.Config(
        build(engine, verifier),
        port=int(port),
        access_log=False,
        log_level="warning",
        lifespan="off",
    )
    gc.collect()
    gc.freeze()  # as our services do
    await uvicorn.Server(config).serve()
    await engine.dispose()


if __name__ == "__main__":
    runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
    runner.run(main())
