"""Whether a schema may take the place of the one that was released under the same version.

Allowed is a further optional field, and better descriptions. Everything else breaks somebody: an
old reader meets a word, a shape or an absence that it wasn't made for, or a new reader meets old
events, which the topics keep. Then the type gets a new version, sent beside the old.

`python -m tooling.generators.compatibility [GIT_REF]` compares all schemas with those of a release
(the latest tag `v*` when none is named).
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from tooling.generators import schemas

# Words about a schema that no validator and no generated reader depends on.
_ANNOTATIONS = {"$schema", "$id", "$defs", "title", "description", "default", "examples"}
_MISSING = object()


def breaks(released: schemas.Schema, current: schemas.Schema) -> list[str]:
    """What would break whom; empty if the current schema may replace what was released."""
    return list(_compare(released, current, released, current, "data"))


def _compare(
    old: Any, new: Any, old_root: schemas.Schema, new_root: schemas.Schema, place: str
) -> Iterator[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    if not isinstance(old, dict) or not isinstance(new, dict):
        if old != new:
            yield f"{place}: was {json.dumps(old)}, is {json.dumps(new)}"
        return
    yield from _compare_fields(old, new, old_root, new_root, place)
    for word in sorted((old.keys() | new.keys()) - _ANNOTATIONS - {"properties", "required"}):
        before, after = old.get(word, _MISSING), new.get(word, _MISSING)
        if before is _MISSING or after is _MISSING:
            yield f"{place}: `{word}` was {'added' if before is _MISSING else 'removed'}"
        elif word == "enum":
            if set(before) != set(after):
                changed = ", ".join(sorted(set(before) ^ set(after)))
                yield f"{place}: the closed vocabulary changed ({changed})"
        elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
            for index, (was, now) in enumerate(zip(before, after, strict=True)):
                yield from _compare(was, now, old_root, new_root, f"{place}.{word}[{index}]")
        else:
            inner = f"{place}[]" if word == "items" else f"{place}.{word}"
            yield from _compare(before, after, old_root, new_root, inner)


def _compare_fields(
    old: schemas.Schema,
    new: schemas.Schema,
    old_root: schemas.Schema,
    new_root: schemas.Schema,
    place: str,
) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    must, must_now = set(old.get("required", ())), set(new.get("required", ()))
    for field in before:
        where = f"{place}.{field}"
        if field not in after:
            yield f"{where}: was removed, so an old reader misses it"
            continue
        if field in must and field not in must_now:
            yield f"{where}: became optional, so an old reader may miss it"
        if field not in must and field in must_now:
            yield f"{where}: became required, so a new reader fails on old events"
        yield from _compare(before[field], after[field], old_root, new_root, where)
    for field in after.keys() - before.keys():
        if field in must_now:
            yield f"{place}.{field}: is new and required, so a new reader fails on old events"


def _resolved(schema: Any, root: schemas.Schema) -> Any:
    while isinstance(schema, dict) and "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return schema


def compare_with(ref: str) -> list[str]:
    """What breaks against the schemas of a git revision."""
    current = schemas.generate()
    found: list[str] = []
    for path in _git("ls-tree", "-r", "--name-only", ref, "schemas/").split():
        _, name, *_ = path.split("/")
        if not name.startswith("mitmach."):
            continue
        if path not in current:
            found.append(f"{path}: was removed; keep the version for as long as it may be read")
            continue
        released = json.loads(_git("show", f"{ref}:{path}"))
        found += [f"{path}: {why}" for why in breaks(released, json.loads(current[path]))]
    return found


def latest_release() -> str | None:
    """The newest tag `v*` that this checkout descends from; None before the first release."""
    tags = _git("tag", "--list", "v*", "--sort=-version:refname", "--merged", "HEAD").split()
    return tags[0] if tags else None


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments],  # noqa: S607 - the git of whoever develops
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def main(arguments: Sequence[str]) -> int:
    """Says what breaks; fails if anything does."""
    ref = arguments[0] if arguments else latest_release()
    if ref is None:
        print("No release yet: every schema may still change.")  # noqa: T201 - a command
        return 0
    found = compare_with(ref)
    for line in found:
        print(line)  # noqa: T201 - a command
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
