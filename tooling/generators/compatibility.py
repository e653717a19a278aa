"""Whether a schema may take the place of the one that was released under the same version.

Allowed is a further optional field, and better descriptions. Everything else breaks somebody: an
old reader meets a word, a shape or an absence that it wasn't made for, or a new reader meets old
events, which the topics keep. Then the type gets a new version, sent beside the old.

What was released lies in the repository, in `schemas/released/`, as the schemas were on that day:
a clone without history or tags compares no less. `python -m tooling.generators.compatibility`
compares; `--release 1.2.0` (`make release-contract VERSION=1.2.0`) compares, and then puts today's
schemas there. A version of a type that no topic can hold any more is retired by deleting its file
there, in a change that says so.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tooling.generators import schemas

ROOT = Path(__file__).resolve().parents[2]
RELEASED = Path("schemas/released")
REMOVED = "was removed; keep the version for as long as it may be read"
_VERSION = "VERSION"  # the file in it that says which release it is
_USAGE = "usage: python -m tooling.generators.compatibility [--release MAJOR.MINOR.PATCH]"

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


def released_version(root: Path = ROOT) -> str | None:
    """The release that the snapshot is of; None before the first.

    Args:
        root: The repository.
    """
    file = root / RELEASED / _VERSION
    return file.read_text(encoding="utf-8").strip() if file.is_file() else None


def compare_with_release(root: Path = ROOT) -> list[str]:
    """What breaks against the schemas of the last release; nothing before the first.

    Args:
        root: The repository.
    """
    current = schemas.generate()
    found: list[str] = []
    for file in sorted((root / RELEASED).glob("*/*.json")):
        path = f"schemas/{file.relative_to(root / RELEASED).as_posix()}"
        if path not in current:
            found.append(f"{path}: {REMOVED}")
            continue
        released = json.loads(file.read_bytes())
        found += [f"{path}: {why}" for why in breaks(released, json.loads(current[path]))]
    return found


def take_snapshot(version: str, root: Path = ROOT) -> list[str]:
    """Makes today's schemas the released ones, unless something breaks; not what is planned.

    Args:
        version: The release, `1.2.0`.
        root: The repository.

    Returns:
        What breaks against the release before; then nothing was written.
    """
    if found := compare_with_release(root):
        return found
    for path, content in schemas.generate().items():
        if json.loads(content).get("x-planned"):
            continue  # nobody has met one yet
        file = root / RELEASED / Path(path).relative_to("schemas")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    (root / RELEASED / _VERSION).write_text(f"{version}\n", encoding="utf-8")
    return []


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Says what breaks; fails if anything does."""
    match arguments:
        case []:
            found, version = compare_with_release(root), released_version(root)
            good = f"Compatible with release {version}."
            if version is None:
                good = "Nothing is released yet: every schema may still change."
        case ["--release", version] if re.fullmatch(r"\d+\.\d+\.\d+", version):
            found = take_snapshot(version, root)
            good = f"{RELEASED}/ holds the schemas of {version} now: commit it."
        case _:
            print(_USAGE)  # noqa: T201 - a command
            return 2
    for line in found or [good]:
        print(line)  # noqa: T201 - a command
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
