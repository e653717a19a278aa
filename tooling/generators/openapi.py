"""schemas/openapi/: the document of each service's HTTP API, as the service itself answers it."""

import json
from collections.abc import Mapping

from mitmach.services import SERVICES

FOLDER = "schemas/openapi"


def generate() -> Mapping[str, bytes]:
    """The documents of all services, as JSON. Their order is FastAPI's, that of the code."""
    return {
        f"{FOLDER}/{service.name}.json": (
            json.dumps(service.openapi(), indent=2, ensure_ascii=False) + "\n"
        ).encode()
        for service in SERVICES
    }
