"""`mitmach migrate`: what each process of a service does at its start, done ahead of all of them.

A large migration takes longer than an orchestrator waits for a process to start; a Job may take its
time.
"""

from typing import Annotated

import typer

from mitmach.commands.common import console, run
from mitmach.services import SERVICES
from shared.contract.services import ServiceName
from shared.delivery.mongo import Driver, connect
from shared.runtime.settings import load
from shared.runtime.telemetry import telemetry_from


def migrate(
    services: Annotated[list[ServiceName], typer.Argument(help="Whose database.")],
) -> None:
    """Bring stored documents to the version of this program, with the settings of the service."""
    run(lambda: _migrate(services))


async def _migrate(names: list[ServiceName]) -> int:
    for service in SERVICES:
        if service.name not in names:
            continue
        settings = load(service.settings)
        telemetry = telemetry_from(settings, f"{service.name}-migration")
        # A part that is built and not run has prepared its database, and done nothing else.
        build = next(build for role, build in service.roles.items() if role != "api")
        async with connect(
            settings.mongodb_url.get_secret_value(),
            driver=Driver(settings.mongodb_driver),
            app_name=f"mitmach-{service.name}-migration",
        ) as mongo:
            await mongo.require_transactions()
            async with build(settings, mongo, telemetry):
                console.print(f"{service.name}: the database is of this version.")
        telemetry.close()
    return 0
