"""Who reads `/metrics` of the platform in one process: people are looked up there, too."""

import pytest

from mitmach.server import _scrapers
from shared.contract.principal import Claims, Identity, Principal, Standing, principal_of
from shared.runtime.health import Health
from shared.runtime.settings import HttpSettings, load
from shared.runtime.telemetry import Telemetry
from shared.web.http.app import create_operations_app
from shared.web.identity import Everybody
from tests.support.identity import token_of
from tests.support.web import client_of, make_web_context, notes_app


class Standings(Everybody):
    """Knows everybody, who all stand alike."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def recall(self, claims: Claims) -> Principal:
        """The caller."""
        return principal_of(claims, Identity(claims.subject, self._standing))


@pytest.mark.parametrize(
    ("standing", "status"),
    [(one, 200 if one is Standing.ACTIVE else 403) for one in Standing],
)
async def test_an_analyst_reads_it_from_elsewhere_while_active(
    standing: Standing, status: int
) -> None:
    web = make_web_context(people=Standings(standing))
    scrapers = _scrapers({"notes": notes_app(web)}, load(HttpSettings))
    app = create_operations_app(Telemetry("gateway"), Health(), scrapers)
    async with client_of(app, token_of("ann", ["analyst"])) as client:
        answer = await client.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"})
    assert answer.status_code == status
