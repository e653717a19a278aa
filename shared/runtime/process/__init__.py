"""One process: a role of a service, served until it is told to stop.

    # services/posts/__main__.py
    if __name__ == "__main__":
        run_role("posts", PostsSettings, api=build_api, relay=build_relay, worker=build_worker)

`python -m services.posts api` then reads the settings, connects to the database, enters the
builder and serves what it gives: a FastAPI app, or a `Part`, beside which a small app answers
health and metrics. A builder is an async context manager of the service's `app.py`:

    @asynccontextmanager
    async def build_api(
        settings: PostsSettings, mongo: Mongo, telemetry: Telemetry
    ) -> AsyncIterator[FastAPI]: ...

    @asynccontextmanager
    async def build_relay(
        settings: PostsSettings, mongo: Mongo, telemetry: Telemetry
    ) -> AsyncIterator[Part]: ...

SIGTERM and SIGINT end it in order: no new requests, running ones get `MITMACH_HTTP_GRACE` seconds,
then the builder's context is left, which finishes what was accepted.

parts.py        what runs without an API, alone or beside others
connections.py  sizes and deadlines of what clients send
serving.py      the port, HTTP on it, signals, and the small app beside a part
roles.py        from the command line to a role that runs until it is told to stop
"""

from shared.runtime.process.parts import Part, run_together, running, spare_collector
from shared.runtime.process.roles import DATABASE_TIMEOUT, Build, connected, run_role
from shared.runtime.process.serving import Stopped, bind, port_of, serve, side_app, stop_signals

__all__ = [
    "DATABASE_TIMEOUT",
    "Build",
    "Part",
    "Stopped",
    "bind",
    "connected",
    "port_of",
    "run_role",
    "run_together",
    "running",
    "serve",
    "side_app",
    "spare_collector",
    "stop_signals",
]
