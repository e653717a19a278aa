"""`mitmach migrate`, as a Job of a cluster runs it."""

import asyncio
import os
import subprocess
import sys

from mitmach.services import SERVICES
from shared.delivery.log import LOG
from shared.delivery.mongo import Driver
from tests.support.mongodb import connected


async def test_migrate_prepares_the_databases_that_it_is_told_and_needs_no_broker(
    mongo_url: str, database_prefix: str
) -> None:
    environment = {key: value for key, value in os.environ.items() if "MITMACH" not in key}
    environment |= {
        "MITMACH_MONGODB_URL": mongo_url,
        "MITMACH_DATABASE_PREFIX": database_prefix,
        "MITMACH_PSEUDONYM_KEY": "only-for-this-test",
        "MITMACH_KAFKA_BOOTSTRAP": "127.0.0.1:1",
    }
    names = [service.name for service in SERVICES if service.name != "contests"]
    for _ in range(2):  # safe to repeat
        done = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "mitmach", "migrate", *names),
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        async with asyncio.timeout(60):
            said, complaint = await done.communicate()
        assert done.returncode == 0, complaint.decode()
        assert [line.split(":")[0] for line in said.decode().splitlines()] == names

    async with connected(mongo_url, driver=Driver.PYMONGO) as mongo:
        indexes = {
            service.name: await mongo.database(database_prefix + service.name).aggregate(
                LOG, [{"$indexStats": {}}]
            )
            for service in SERVICES
        }
    assert [name for name, found in indexes.items() if not found] == ["contests"]
