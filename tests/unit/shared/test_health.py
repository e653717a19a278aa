"""Liveness asks the process itself; readiness asks what it needs, and never waits for long."""

import asyncio

from shared.runtime.health import CombinedHealth, Health, Watchdog


async def fine() -> None:
    """All is well."""


async def broken() -> None:
    raise ConnectionError("to mongodb://user:secret@host")


async def hanging() -> None:
    await asyncio.sleep(60)


async def test_ready_tells_which_check_fails_and_no_more() -> None:
    health = Health(timeout=0.01)
    health.check("database", fine)
    assert await health.ready() == await health.ready()
    assert (await health.ready()).ok
    health.check("broker", broken)
    health.check("slow", hanging)
    report = await health.ready()
    assert not report.ok
    assert report.checks == {
        "database": "ok",
        "broker": "fails: ConnectionError",
        "slow": "no answer in time",
    }


async def test_a_part_can_take_itself_out_of_service_and_come_back() -> None:
    health = Health()
    health.unready("gap", "events 7 to 9 are missing")
    report = await health.ready()
    assert (report.ok, report.checks) == (False, {"gap": "events 7 to 9 are missing"})
    assert health.live().ok
    health.recovered("gap")
    assert (await health.ready()).ok


async def test_liveness_fails_only_when_something_stopped_moving() -> None:
    now = [0.0]
    watchdog = Watchdog(30, clock=lambda: now[0])
    health = Health()
    health.check("database", broken)
    health.watch("loop", watchdog.stalled)
    now[0] = 29
    assert health.live().ok
    now[0] = 31
    assert health.live().checks == {"loop": "stalled"}
    watchdog.feed()
    assert health.live().ok


async def test_several_parts_of_a_process_answer_together() -> None:
    api, relay = Health(), Health()
    api.check("database", fine)
    relay.check("broker", broken)
    both = CombinedHealth({"api": api, "relay": relay})
    report = await both.ready()
    assert report.checks == {"api.database": "ok", "relay.broker": "fails: ConnectionError"}
    assert not report.ok
    relay.watch("loop", lambda: True)
    assert both.live().checks == {"relay.loop": "stalled"}
    both.unready("process", "stopping")
    assert (await both.ready()).checks["process"] == "stopping"
