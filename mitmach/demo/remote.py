"""The demo on a platform that runs elsewhere: the origin is given, the rest comes from settings.

It plays as a frontend and an import would, through the origin alone. Only to count what was
acknowledged and published does it sign in to MongoDB and Kafka, as somebody who can read and
nothing else.
"""

from pydantic import Field
from rich.console import Console

from mitmach.demo.run import DemoPlatform, live_until, run_demo
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import Driver, connect
from shared.runtime.process import stop_signals
from shared.runtime.settings import (
    KafkaSettings,
    MongoSettings,
    ReadableFile,
    WebAddress,
    load,
)
from shared.web.identity import development


class TargetSettings(MongoSettings, KafkaSettings):
    """How to read what the counts are compared with, and how to sign tokens."""

    metrics_url: WebAddress | None = Field(
        default=None,
        description="Where /metrics of the metrics service is; the target's if not set",
    )
    signing_key_file: ReadableFile = Field(
        description="Private key (PEM) of the development tokens that the target accepts"
    )


async def play_on_target(console: Console, target: str, *, seed: int, days: int, once: bool) -> int:
    """Plays on the platform at an address; 0 if the three counts agree, else 1."""
    settings = load(TargetSettings)
    key = settings.signing_key_file.read_bytes()
    url = settings.mongodb_url.get_secret_value()
    async with connect(url, driver=Driver(settings.mongodb_driver), app_name="demo") as mongo:
        platform = DemoPlatform(
            http=target.rstrip("/"),
            metrics=settings.metrics_url,
            mongo=mongo,
            kafka=KafkaConnection.of(settings),
            prefix=settings.database_prefix,
            token=lambda person, roles: development.issue_token(key, person, roles),
        )
        reconciliation, there = await run_demo(console, platform, seed=seed, days=days)
        console.print(reconciliation.line(), soft_wrap=True, highlight=False)
        if not reconciliation.agrees:
            return 1
        if not once:
            console.print("Life goes on in real time until Ctrl-C.")
            with stop_signals() as stop:
                await live_until(stop, platform, there)
    return 0
