"""Files are read in pieces, and what is hostile or broken about them is a problem."""

import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from mitmach.importing.problems import Problem
from mitmach.importing.reading import PIECE, Limits, Line, lines_of, open_archive
from tests.unit.mitmach.importing.exports import archive, written


def read(file: Path, limits: Limits | None = None) -> tuple[list[Line], list[Problem]]:
    found, problems = [], []
    for item in lines_of(file, wanted=lambda _: True, limits=limits or Limits()):
        if isinstance(item, Problem):
            problems.append(item)
        else:
            found.append(item)
    return found, problems


def read_both(tmp_path: Path, content: bytes) -> list[tuple[list[Line], list[Problem]]]:
    plain = written(tmp_path, content, "lines.jsonl")
    packed = archive(tmp_path / "lines.zip", {"lines.jsonl": content})
    return [read(plain), read(packed)]


def test_lines_have_their_numbers_whatever_ends_them(tmp_path: Path) -> None:
    for found, problems in read_both(tmp_path, b"\xef\xbb\xbfone\r\n\n  \ntwo\nlast"):
        assert [(line.place.line, line.text) for line in found] == [
            (1, b"one"),
            (4, b"two"),
            (5, b"last"),
        ]
        assert {line.place.member for line in found} == {"lines.jsonl"}
        assert problems == []


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    for found, problems in read_both(tmp_path, b""):
        assert (found, problems) == ([], [])


def test_lines_that_lie_across_pieces_are_whole(tmp_path: Path) -> None:
    long = b"x" * (PIECE - 3)
    for found, _ in read_both(tmp_path, long + b"\nacross\n" + b"y" * (3 * PIECE) + b"\nend"):
        assert [len(line.text) for line in found] == [len(long), 6, 3 * PIECE, 3]


@pytest.mark.parametrize("end", [b"", b"\n", b"\nnext\n"])
def test_a_line_that_is_too_long_is_reported_and_skipped(tmp_path: Path, end: bytes) -> None:
    file = written(tmp_path, b"first\n" + b"x" * (PIECE + 1) + end)
    found, problems = read(file, Limits(line=PIECE))
    assert [line.text for line in found] == [b"first", *([b"next"] if b"next" in end else [])]
    assert [(problem.kind, problem.place.line) for problem in problems] == [("long-line", 2)]


def test_a_line_that_is_too_long_is_never_held_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "long.jsonl"
    with file.open("wb") as opened:
        for _ in range(256):
            opened.write(b"x" * PIECE)
    tracemalloc.start()
    read(file, Limits(line=4 * PIECE))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 2**20


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_reported(tmp_path: Path, encoding: str) -> None:
    content = "\ufeffone\ntwo\n".encode(encoding)
    for found, problems in read_both(tmp_path, content):
        assert found == []
        assert [problem.kind for problem in problems] == ["wrong-encoding"]


def test_a_truncated_archive_is_reported(tmp_path: Path) -> None:
    whole = archive(tmp_path / "whole.zip", {"a.jsonl": b"one\n" * 1000}).read_bytes()
    for length in (2, 30, len(whole) // 2, len(whole) - 5):
        found, problems = read(written(tmp_path, whole[:length], "cut.zip"))
        assert found == []
        assert [problem.kind for problem in problems] == ["broken-archive"]


def test_a_damaged_member_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    file = archive(tmp_path / "a.zip", {"a.jsonl": b"one\n" * 1000, "b.jsonl": b"two\n"})
    content = bytearray(file.read_bytes())
    content[len("a.jsonl") + 30 + 8] ^= 0xFF
    found, problems = read(written(tmp_path, bytes(content), "damaged.zip"))
    assert found[-1].text == b"two"
    assert [problem.kind for problem in problems] == ["broken-archive"]


@pytest.mark.parametrize(
    "name",
    ["../out.jsonl", "/etc/out.jsonl", "a/../../out.jsonl", "C:\\out.jsonl", "..\\out.jsonl"],
)
def test_a_path_that_leads_out_of_the_archive_is_reported(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    before = sorted(tmp_path.rglob("*"))
    file = archive(folder / "a.zip", {name: b"one\n", "good.jsonl": b"two\n"})
    found, problems = read(file)
    assert [line.text for line in found] == [b"two"]
    assert [problem.kind for problem in problems] == ["unsafe-path"]
    assert sorted(tmp_path.rglob("*")) == [*before, file]


def test_an_encrypted_member_is_reported(tmp_path: Path) -> None:
    content = bytearray(archive(tmp_path / "a.zip", {"a.jsonl": b"one\n"}).read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature) + offset
        content[at : at + 2] = struct.pack("<H", 1)
    found, problems = read(written(tmp_path, bytes(content), "encrypted.zip"))
    assert found == []
    assert [problem.kind for problem in problems] == ["encrypted-member"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_that_cannot_be_bounded_is_reported(tmp_path: Path, method: int) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w", method) as opened:
        opened.writestr("a.jsonl", b"one\n")
    found, problems = read(file)
    assert found == []
    assert [problem.kind for problem in problems] == ["broken-archive"]


def test_two_members_of_one_name_are_read_once(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("a.jsonl", b"one\n")
        with pytest.warns(UserWarning, match="Duplicate name"):
            opened.writestr("a.jsonl", b"two\n")
    found, problems = read(file)
    assert len(found) == 1
    assert [problem.kind for problem in problems] == ["broken-archive"]


def bomb(file: Path, size: int) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        with opened.open("bomb.jsonl", "w") as member:
            for _ in range(size // PIECE):
                member.write(b"\n" * PIECE)
    return file


def test_what_becomes_too_long_is_reported_without_being_unpacked(tmp_path: Path) -> None:
    file = bomb(tmp_path / "bomb.zip", 64 * PIECE)
    limits = Limits(allowance=2 * PIECE, ratio=10)
    tracemalloc.start()
    _, problems = read(file, limits)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [problem.kind for problem in problems] == ["too-large"]
    assert peak < 10 * 2**20


def test_members_share_what_an_archive_may_become(tmp_path: Path) -> None:
    file = archive(tmp_path / "a.zip", {f"{n}.jsonl": b" " * PIECE for n in range(4)})
    _, problems = read(file, Limits(allowance=2 * PIECE, ratio=1))
    assert [problem.place.member for problem in problems] == ["2.jsonl", "3.jsonl"]


def test_a_document_that_is_too_long_is_reported(tmp_path: Path) -> None:
    file = archive(tmp_path / "a.zip", {"a.json": b"x" * 100})
    with open_archive(file, limits=Limits(document=99)) as opened:
        found = opened.document("a.json")
    assert isinstance(found, Problem)
    assert found.kind == "too-large"


def test_an_archive_inside_of_an_archive_is_not_opened(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as opened:
        opened.writestr("a.jsonl", b"one\n")
    file = archive(tmp_path / "a.zip", {"inner.zip": inner.getvalue()})
    names = list(lines_of(file, wanted=lambda name: name.endswith(".jsonl")))
    assert [item.kind for item in names if isinstance(item, Problem)] == ["missing-file"]


def test_a_file_that_is_not_there_is_the_callers_affair(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.jsonl")
