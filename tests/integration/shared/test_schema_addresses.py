"""`dataschema` names the installation's public address as of when the event happened."""

import json
from uuid import uuid4

from shared.delivery.log import LOG, logged_events
from shared.runtime.assembly import open_service
from shared.runtime.settings import ServiceSettings, load
from shared.runtime.telemetry import Telemetry
from tests.support.counters import COLLECTIONS, RaiseCounter
from tests.support.mongodb import connected


async def test_a_change_of_the_public_address_rewrites_no_history(mongo_url: str) -> None:
    prefix = f"schema_addresses_{uuid4().hex[:8]}_"
    bodies: list[bytes] = []
    async with connected(mongo_url) as mongo:
        for public_url in ("", "https://old.example", "https://new.example/social/"):
            settings = load(
                ServiceSettings,
                pseudonym_key="sixteen-bytes-at-least",
                database_prefix=prefix,
                public_url=public_url,
            )
            async with open_service(
                "groups", settings, mongo, Telemetry("groups"), COLLECTIONS
            ) as service:
                async with service.open_committer() as committer:
                    await committer.execute(RaiseCounter("a"))
                documents = await service.database.find(LOG, {}, sort=(("at", 1), ("_id", 1)))
            bodies = [event.body for document in documents for event in logged_events(document)]
        await mongo.drop(f"{prefix}groups")
    events = [json.loads(body) for body in bodies]
    kind = events[0]["type"]
    assert [event["dataschema"] for event in events] == [
        f"urn:mitmach:schema:{kind}:1",
        f"https://old.example/schemas/{kind}/1.json",
        f"https://new.example/social/schemas/{kind}/1.json",
    ]
