"""A change changes what it names and leaves the rest: every PATCH, field by field, really asked.

What is changed has a value of its own in each field, none of them the default, so that whatever a
change would put back is seen.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mitmach.services import SERVICES
from tests.contract.openapi.client_rules import operations
from tests.support.platform import Platform, Visitor, running_platform

# They tell of a change, and aren't what is changed.
TOLD = {"version", "edited_at", "changed_at"}
# Where a field stands in the answer, if not under its own name.
STANDS_AT = {"change_person.email": "record.email"}
# Their only field is one that they need.
ALL_NEEDED = {"edit_comment"}
PICTURE = [{"url": "https://media.example.org/run.jpg"}]
ANOTHER = [{"url": "https://media.example.org/lake.jpg"}]
RULES = {
    "entries_per_person": 3,
    "votes_min": 2,
    "votes_max": 5,
    "votes_changeable": False,
    "tie_break": "shared_rank",
    "anonymous": False,
    "reviewed": False,
}
TIMES = ("submissions_at", "review_at", "voting_at", "closes_at", "publish_at")


class Thing(NamedTuple):
    """Something that can be changed.

    Attributes:
        path: Its address.
        who: A person who may change it.
        changes: A new value for each field, `rules.anonymous` for one within another.
        read: Gives it as it is now.
    """

    path: str
    who: Visitor
    changes: Mapping[str, Any]
    read: Callable[[], Awaitable[Any]]


def schedule(hour: str) -> dict[str, str]:
    return {name: f"2030-01-0{day}T{hour}:00:00Z" for day, name in enumerate(TIMES, 1)}


def fields(document: Any, schema: Any, at: str = "") -> Iterator[tuple[str, bool]]:
    """All fields of a body, also those of objects in it, and whether null means something."""
    for choice in schema.get("anyOf", [schema]):
        name = choice.get("$ref", "").rpartition("/")[2]
        model = document["components"]["schemas"][name] if name else choice
        for inner, field in model.get("properties", {}).items():
            yield f"{at}{inner}", {"type": "null"} in field.get("anyOf", ())
            yield from fields(document, field, f"{at}{inner}.")


def documented() -> dict[str, dict[str, bool]]:
    """The fields of every PATCH, by its operation."""
    found = {}
    for service in SERVICES:
        document = service.openapi()
        for _, method, operation in operations(document):
            if method == "patch":
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
                found[operation["operationId"]] = dict(fields(document, schema))
    return found


def body(field: str, value: Any) -> dict[str, Any]:
    outer, _, inner = field.partition(".")
    return {outer: body(inner, value) if inner else value}


def flat(thing: Any, at: str = "") -> dict[str, Any]:
    """The fields of an answer, those of objects in it as well."""
    found: dict[str, Any] = {}
    for name, value in thing.items():
        if isinstance(value, dict):
            found |= flat(value, f"{at}{name}.")
        else:
            found[f"{at}{name}"] = value
    return found


def differing(before: Any, after: Any) -> dict[str, Any]:
    """What differs, and as what it stands there afterwards."""
    was, now = flat(before), flat(after)
    names = {name for name in was | now if was.get(name) != now.get(name)}
    return {name: now.get(name) for name in names}


def alike(shown: Any, given: Any) -> bool:
    """Whether an answer shows what was given; of media it tells more than the address."""
    if isinstance(given, list) and isinstance(given[0], dict):
        return [one["url"] for one in shown] == [one["url"] for one in given]
    return bool(shown == given)


async def wrongs(name: str, thing: Thing, known: Mapping[str, bool]) -> list[str]:
    """How the changes of one thing were other than they should be."""
    found = []
    now = await thing.read()
    for field, value in thing.changes.items():
        answer = await thing.who.good("PATCH", thing.path, body(field, value))
        before, now = now, await thing.read()
        place = STANDS_AT.get(f"{name}.{field}", field)
        changed = {at: new for at, new in differing(before, now).items() if at not in TOLD}
        if list(changed) != [place] or not alike(changed[place], value):
            found.append(f"{name} of {field} changed {changed}")
        if different := differing(answer, now):
            found.append(f"{name} of {field} answers what is read otherwise: {different}")
    nothing = await thing.who.call("PATCH", thing.path, {})
    before, now = now, await thing.read()
    if nothing.status_code != (422 if name in ALL_NEEDED else 200) or now != before:
        found.append(f"{name} of nothing changed {differing(before, now)}: {nothing.text}")
    # Last what null takes away, and of that what is within something else first.
    for field in sorted(known, key=lambda one: (known[one], -one.count("."))):
        answer = await thing.who.call("PATCH", thing.path, body(field, None))
        before, now = now, await thing.read()
        place = STANDS_AT.get(f"{name}.{field}", field)
        changed = differing(before, now)
        if known[field]:
            gone = changed.keys() - TOLD
            fine = bool(gone) and all(f"{at}.".startswith(f"{place}.") for at in gone)
            fine = fine and answer.status_code == 200 and {changed[at] for at in gone} == {None}
        else:
            fine = answer.status_code == 422 and not changed
        if not fine:
            found.append(f"{name}: null as {field} gets {answer.status_code}, changed {changed}")
    return found


async def made(platform: Platform) -> dict[str, Thing]:
    """One thing for each operation, with something in each of its fields."""
    admin = await platform.visitor("ada", "admin")
    olga = await platform.visitor("olga")
    mia = {"name": "Mia", "email": "mia@example.org", "department": "it", "location": "plant"}
    person = await admin.good("POST", "/v1/people", mia)
    runners = {"kind": "community", "name": "Runners", "purpose": "Run", "topics": ["running"]}
    groups = [
        (await olga.good("POST", "/v1/groups", runners | {"name": name}))["id"]
        for name in ("Runners", "Cooks", "Readers")
    ]
    home, guests, others = groups
    await olga.reads(f"/v1/groups/{home}", lambda group: group["member_count"] == 1)
    channel = {"kind": "ideas", "name": "Routes", "description": "Where to run"}
    channel_id = (await olga.good("POST", f"/v1/groups/{home}/channels", channel))["id"]
    photo = {"format": "photo", "title": "Noon", "text": "Who joins?", "media": PICTURE}
    photo |= {"channel_id": channel_id, "topics": ["running"], "kind": "question"}
    post = (await olga.eventually("POST", "/v1/posts", photo))["id"]
    comments = f"/v1/posts/{post}/comments"
    comment = await olga.good("POST", comments, {"text": "I do."})
    for group in groups:  # until all of them are known there
        await olga.eventually(
            "POST", "/v1/contests", {"title": "Light", "kind": "text", "group_id": group}
        )
    contest = {"title": "Light", "text": "Show us.", "kind": "text", "group_id": home}
    rules = RULES | {"entrants": guests, "voters": guests}
    contest |= {"rules": rules, "schedule": schedule("08")}
    draft = (await olga.good("POST", "/v1/contests", contest))["id"]
    begun = (await olga.good("POST", "/v1/contests", contest))["id"]
    await olga.good("POST", f"/v1/contests/{begun}:announce")
    await olga.good("POST", f"/v1/contests/{begun}:advance", {"to": "submissions"})
    entry = {"title": "Fog", "text": "Grey.", "media": PICTURE, "consent": True}
    entry_id = (await olga.good("POST", f"/v1/contests/{begun}/entries", entry))["id"]

    async def the_comment() -> Any:
        return (await olga.good("GET", comments))["items"][0]

    def at(path: str, changes: Mapping[str, Any], who: Visitor = olga) -> Thing:
        return Thing(path, who, changes, lambda: who.good("GET", path))

    new = {"name": "Ann", "email": "ann@example.org", "department": "sales", "location": "branch"}
    text = {"title": "One o'clock", "text": "Come along."}
    drafted = text | {
        "kind": "idea",
        "rules.entrants": others,
        "rules.voters": others,
        "rules.entries_per_person": 4,
        "rules.votes_min": 3,
        "rules.votes_max": 4,
        "rules.tie_break": "earliest_entry",
        "rules.votes_changeable": True,
        "rules.anonymous": True,
        "rules.reviewed": True,
        **{f"schedule.{name}": time for name, time in schedule("09").items()},
    }
    walk = {"visibility": "closed", "name": "Walkers", "purpose": "Walk", "topics": ["walking"]}
    news = {"kind": "news", "name": "News", "description": "What is new"}
    return {
        "change_person": at(f"/v1/people/{person['id']}", new, admin),
        "change_group": at(f"/v1/groups/{home}", walk),
        "change_channel": at(f"/v1/channels/{channel_id}", news),
        "edit_post": at(f"/v1/posts/{post}", {**text, "topics": ["lake"], "media": ANOTHER}),
        "edit_comment": Thing(
            f"/v1/comments/{comment['id']}", olga, {"text": "I don't."}, the_comment
        ),
        "change_contest": at(f"/v1/contests/{draft}", drafted),
        "edit_entry": at(f"/v1/entries/{entry_id}", {**text, "media": ANOTHER}),
    }


async def test_a_change_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    known = documented()
    async with running_platform(tmp_path) as platform:
        things = await made(platform)
        assert things.keys() == known.keys()
        found = []
        for name, thing in things.items():
            outer = {field.rpartition(".")[0] for field in known[name]}
            assert thing.changes.keys() == known[name].keys() - outer, name
            found += await wrongs(name, thing, known[name])

    assert found == []
