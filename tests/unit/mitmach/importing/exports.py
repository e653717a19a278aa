"""Small exports in the exact shape of Mattermost's and Slack's, and what becomes of them."""

import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mitmach.importing.acts import AnyAct
from mitmach.importing.causes import kind_of
from mitmach.importing.fitting import fitted
from mitmach.importing.gathering import gathered
from mitmach.importing.problems import PlacedAct, Problem
from mitmach.importing.report import Report
from mitmach.importing.sources import SOURCES
from mitmach.importing.sources.options import SourceOptions
from mitmach.importing.spool import SpooledAct

NOW = datetime(2026, 11, 30, tzinfo=UTC)
MONDAY = datetime(2024, 1, 8, 9, tzinfo=UTC)


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def ts(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def lines(*values: Any) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def archive(file: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return file


def written(folder: Path, content: bytes, name: str = "export.jsonl") -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


def told(
    source: str, file: Path, options: SourceOptions | None = None
) -> tuple[list[AnyAct], list[Problem]]:
    """What a source tells of a file, fitted, in the order of telling."""
    acts, problems = [], []
    for item in fitted(SOURCES[source](file, options or SourceOptions())):
        if isinstance(item, PlacedAct):
            acts.append(item.act)
        else:
            problems.append(item)
    return acts, problems


def imported(
    source: str, file: Path, options: SourceOptions | None = None
) -> tuple[list[SpooledAct], Report]:
    """What would be sent of a file, in its order, and the report."""
    spool = file.with_name(f"{file.name}.spool")
    with gathered(source, file, spool=spool, options=options or SourceOptions(), now=NOW) as opened:
        return opened.window(None, 100_000), opened.report()


def of_kind(acts: Iterable[AnyAct], *kinds: str) -> list[AnyAct]:
    return [act for act in acts if kind_of(act) in kinds]


def kinds(problems: Iterable[Problem]) -> list[str]:
    return [problem.kind for problem in problems]


# Mattermost.

VERSION = {
    "type": "version",
    "version": 1,
    "info": {
        "generator": "mattermost-server",
        "version": "9.5.1 (0, enterprise: false)",
        "created": "2024-02-01T00:00:00.000000001Z",
        "additional": None,
    },
}


def team(name: str = "care", display_name: str = "Care") -> dict[str, Any]:
    fields = {"name": name, "display_name": display_name, "type": "O", "allow_open_invite": True}
    return {"type": "team", "team": fields | {"description": ""}}


def channel(name: str = "kitchen", **fields: Any) -> dict[str, Any]:
    shape = {"team": "care", "name": name, "display_name": name.title(), "type": "O"}
    return {"type": "channel", "channel": shape | {"header": "", "purpose": ""} | fields}


def user(username: str, *channels: str, **fields: Any) -> dict[str, Any]:
    """A person; `kitchen!` is a channel that they administrate."""
    memberships = [
        {
            "name": name.rstrip("!"),
            "roles": "channel_admin channel_user" if name.endswith("!") else "channel_user",
            "notify_props": {"desktop": "default", "mobile": "default", "mark_unread": "all"},
            "favorite": False,
        }
        for name in channels
    ]
    shape = {
        "username": username,
        "email": f"{username}@example.org",
        "auth_service": None,
        "nickname": "",
        "first_name": username.title(),
        "last_name": "Example",
        "position": "",
        "roles": "system_user",
        "locale": "en",
        "delete_at": 0,
        "teams": [{"name": "care", "roles": "team_user", "channels": memberships}],
    }
    return {"type": "user", "user": shape | fields}


def bot(username: str, **fields: Any) -> dict[str, Any]:
    shape = {"username": username, "owner": "ada", "display_name": username.title()}
    return {"type": "bot", "bot": shape | {"description": "", "delete_at": 0} | fields}


def post(user: str, message: str, at: datetime, **fields: Any) -> dict[str, Any]:
    shape: dict[str, Any] = {"team": "care", "channel": "kitchen", "user": user, "type": ""}
    shape |= {"message": message, "props": {}, "create_at": ms(at), "edit_at": 0}
    empty: dict[str, Any] = {"reactions": [], "replies": [], "is_pinned": False}
    return {"type": "post", "post": shape | empty | fields}


def reply(user: str, message: str, at: datetime, **fields: Any) -> dict[str, Any]:
    return {"user": user, "message": message, "create_at": ms(at), "edit_at": 0} | fields


def reaction(user: str, emoji: str, at: datetime) -> dict[str, Any]:
    return {"user": user, "emoji_name": emoji, "create_at": ms(at)}


# Slack.


def member(id: str, name: str, **fields: Any) -> dict[str, Any]:
    profile = {"real_name": name, "display_name": name.lower(), "email": f"{id}@example.org"}
    profile |= fields.pop("profile", {})
    shape = {"id": id, "team_id": "T1", "name": name.lower(), "deleted": False, "is_bot": False}
    return shape | {"updated": int(MONDAY.timestamp()), "profile": profile} | fields


def slack_channel(id: str, name: str, members: list[str], **fields: Any) -> dict[str, Any]:
    shape = {"id": id, "name": name, "created": int(MONDAY.timestamp()) - 60, "creator": members[0]}
    shape |= {"is_archived": False, "is_general": False, "members": members}
    said: dict[str, Any] = {"topic": {"value": ""}, "purpose": {"value": ""}}
    return shape | said | fields


def message(user: str | None, text: str, at: datetime, **fields: Any) -> dict[str, Any]:
    shape = {"type": "message", "user": user, "text": text, "ts": ts(at)}
    return shape | {"client_msg_id": "0", "team": "T1", "blocks": []} | fields


def slack_export(
    file: Path,
    *,
    users: list[dict[str, Any]],
    channels: list[dict[str, Any]],
    days: Mapping[str, list[dict[str, Any]]],
    others: Mapping[str, Any] | None = None,
) -> Path:
    members = {"users.json": users, "channels.json": channels, **days, **(others or {})}
    return archive(file, {name: json.dumps(value).encode() for name, value in members.items()})
