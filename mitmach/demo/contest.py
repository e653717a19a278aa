"""The contest in the past: ordinary requests that say when it happened, and who did it.

Only the count isn't anybody's request: the platform counts a vote that was sealed in the past by
itself, some seconds after it has heard of it. The publication waits for that while days go on.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mitmach.demo.client import Client, RequestFailed
from mitmach.demo.contest_plan import VOTES
from mitmach.demo.happenings import ContestStep
from mitmach.demo.recording import Recording

IMPORTER = "demo-importer"
"""Who records what has happened."""
IMPORTER_ROLES = ("importer",)

# Ballots on their way at once.
_AT_ONCE = 16
# Seconds in which a sealed vote must be counted; some six are usual.
_COUNTED_WITHIN = 120.0

_PHASES = {"submissions", "review", "voting", "sealed"}


class PastContest:
    """Takes the steps of a contest of before.

    Args:
        client: Sends the requests.
        recording: Knows the platform's ids of those who take part.
        run: Names this run in Idempotency-Keys.

    Attributes:
        id: The contest; None before it was made.
        result: The published result; None before.
    """

    def __init__(self, client: Client, recording: Recording, *, run: str) -> None:
        self.id: str | None = None
        self.result: Any = None
        self._client = client
        self._recording = recording
        self._run = run
        self._entries: dict[int, str] = {}
        self._publishing: asyncio.Task[None] | None = None

    async def take(self, steps: Sequence[ContestStep]) -> None:
        """Takes the steps of a day, which are in order of time."""
        # Who joined until now is among those who can enter and vote.
        self._client.tell(IMPORTER, self._recording.tokens())
        votes = [step for step in steps if step.kind == "vote"]
        for step in steps:
            if step.kind == "published":
                self._publishing = asyncio.create_task(self._publish_when_counted(step))
            elif step.kind != "vote":
                await self._take(step)
        await self._cast(votes)

    async def finish(self) -> None:
        """Waits for the publication, where the contest got so far."""
        if self._publishing is not None:
            await self._publishing

    async def close(self) -> None:
        """Gives up a publication that still waits."""
        if self._publishing is not None:
            self._publishing.cancel()
            await asyncio.wait({self._publishing})

    async def _take(self, step: ContestStep) -> None:
        path = f"/v1/contests/{self.id}"
        if step.kind == "create":
            contest = await self._send(step, "POST", "/v1/contests", body=self._contest(step))
            self.id = contest["id"]
        elif step.kind == "announce":
            await self._send(step, "POST", f"{path}:announce")
        elif step.kind == "enter":
            (number,) = step.entries
            entry = await self._send(step, "POST", f"{path}/entries", body=_entry(step))
            self._entries[number] = entry["id"]
        elif step.kind == "accept":
            await self._send(step, "POST", f"/v1/entries/{self._entries[step.entries[0]]}:accept")
        elif step.kind == "reject":
            reject = f"/v1/entries/{self._entries[step.entries[0]]}:reject"
            await self._send(step, "POST", reject, body={"reason": "Not from this season."})
        else:
            assert step.kind in _PHASES
            await self._send(step, "POST", f"{path}:advance", body={"to": step.kind})

    async def _cast(self, votes: Iterable[ContestStep]) -> None:
        waiting = iter(votes)

        async def cast() -> None:
            for step in waiting:
                chosen = [self._entries[number] for number in step.entries]
                path = f"/v1/contests/{self.id}/ballot"
                await self._send(step, "PUT", path, body={"entry_ids": chosen}, deed="ballots")

        await asyncio.gather(*(cast() for _ in range(_AT_ONCE)))

    async def _publish_when_counted(self, step: ContestStep) -> None:
        path = f"/v1/contests/{self.id}"
        loop = asyncio.get_running_loop()
        until = loop.time() + _COUNTED_WITHIN
        while (await self._read(path, step.by))["phase"] != "judged":
            if loop.time() > until:
                raise RequestFailed(f"{path}: its votes weren't counted.")
            await asyncio.sleep(0.5)
        await self._send(step, "POST", f"{path}:advance", body={"to": "published"})
        self.result = await self._read(f"{path}/results", step.by)

    def _contest(self, step: ContestStep) -> dict[str, Any]:
        names = ("submissions_at", "review_at", "voting_at", "closes_at")
        times = zip(names, step.schedule, strict=True)
        return {
            "title": step.title,
            "text": f"One photo each, {VOTES} votes each.",
            "kind": "photo",
            "group_id": self._recording.group_id(step.group),
            "rules": {"votes_max": VOTES, "reviewed": True, "anonymous": True},
            "schedule": {name: at.isoformat() for name, at in times},
        }

    async def _read(self, path: str, person: str) -> Any:
        return await self._client.call("GET", path, person, roles=("editor",))

    async def _send(
        self, step: ContestStep, method: str, path: str, *, body: Any = None, deed: str = "contest"
    ) -> Any:
        organises = step.kind not in {"enter", "vote"}
        headers: Mapping[str, str] = {
            "occurred-at": step.at.isoformat(),
            "act-as": self._recording.person_id(step.by),
            **({"act-as-roles": "editor"} if organises else {}),
        }
        numbers = "-".join(map(str, step.entries))
        return await self._client.call(
            method,
            path,
            IMPORTER,
            roles=IMPORTER_ROLES,
            body=body,
            key=f"demo-{self._run}-{step.kind}-{numbers}-{step.by}",
            deed=deed,
            also=headers,
        )


def _entry(step: ContestStep) -> dict[str, Any]:
    return {
        "title": step.title,
        "text": "",
        "media": [{"url": f"https://media.example/{step.by}.jpg", "alt": step.title}],
        "consent": True,
    }
