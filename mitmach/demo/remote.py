"""The demo on a platform that runs elsewhere: the origin is given, the rest comes from settings.

It plays as a frontend would, through the origin alone. Only to count what was acknowledged and
published does it sign in to MongoDB and Kafka, as somebody who can read and nothing else.
"""

from pydantic import Field
from rich.console import Console

from mitmach.demo.run import run_demo
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import Driver, connect
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


async def play_on_target(console: Console, target: str, *, seed: int, interactions: int) -> int:
    """Plays on the platform at an address; 0 if the three counts agree, else 1."""
    settings = load(TargetSettings)
    key = settings.signing_key_file.read_bytes()
    url = settings.mongodb_url.get_secret_value()
    async with connect(url, driver=Driver(settings.mongodb_driver), app_name="demo") as mongo:
        reconciliation = await run_demo(
            console,
            http=target.rstrip("/"),
            metrics=settings.metrics_url,
            mongo=mongo,
            kafka=KafkaConnection.of(settings),
            prefix=settings.database_prefix,
            token=lambda person, roles: development.issue_token(key, person, roles),
            seed=seed,
            interactions=interactions,
        )
    console.print(reconciliation.line(), soft_wrap=True, highlight=False)
    return 0 if reconciliation.agrees else 1
