"""Reading a file of somebody else's: lines and documents, out of a plain file or a ZIP archive.

The file may be broken, or made to do harm. So everything is streamed, everything has a bound, and
what goes beyond is a `Problem` and not an exception. Nothing is ever written to disk: a path in an
archive names a member here and never a file, and those that would lead somewhere else are reported
and not read, because no export has them.

Memory: one piece, or one document, and the archive's own list of members (some 0.6 kB each).
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mitmach.importing.problems import Place, Problem, ProblemKind

PIECE = 2**18
"""Bytes that are read at once: fewer cost time, more cost memory (a piece may be all line ends)."""

_ZIP = b"PK"
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

# What a reader of untrusted archives can bound: the others (bzip2, LZMA) give as much as they like
# for one read, and no export is made with them.
_BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_DRIVE = re.compile("[A-Za-z]:")


class Limits(NamedTuple):
    """How much is read at most.

    Attributes:
        line: Bytes of a line. Mattermost puts a thread with all its replies into one: 16 MB are
            some 50,000 replies. It is what the memory has to hold, several times over.
        document: Bytes of a document that can only be read as a whole: Slack's list of users has
            some 2 kB for each of them.
        ratio: How many bytes a byte of an archive may become, over all of its members. Exports
            become 10 to 30 times as long; what is made to fill a disk, 1,000 times and more.
        allowance: Bytes that any archive may become: small ones of repeated words compress well.
    """

    line: int = 16 * 2**20
    document: int = 256 * 2**20
    ratio: int = 200
    allowance: int = 64 * 2**20


LIMITS = Limits()
"""The limits of an import."""


class Line(NamedTuple):
    """A line that has something in it.

    Attributes:
        place: The member and the number of the line.
        text: Its bytes, without its end.
    """

    place: Place
    text: bytes


class _TooLargeError(Exception):
    """An archive becomes longer than it may."""


_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)
"""All that `zipfile` says of an archive that isn't as it should be."""


def is_archive(file: Path) -> bool:
    """Whether a file begins as ZIP archives do; a truncated one is still meant to be one."""
    with file.open("rb") as opened:
        return opened.read(len(_ZIP)) == _ZIP


def lines_of(
    file: Path, *, wanted: Callable[[str], bool], limits: Limits = LIMITS
) -> Iterator[Line | Problem]:
    """The lines of a plain file, or of those members of an archive that are wanted.

    Args:
        file: The file.
        wanted: Says of a member's name whether it has lines to read; not asked for a plain file.
        limits: How much is read at most.

    Raises:
        OSError: The file can't be read.
    """
    if not is_archive(file):
        with file.open("rb") as opened:
            yield from _lines(opened.read, file.name, limits)
        return
    with open_archive(file, limits=limits) as archive:
        yield from archive.problems
        names = [name for name in archive.names if wanted(name)]
        if not names and not archive.problems:
            yield _problem("missing-file", Place(file.name), "It has no file with lines to read.")
        for name in names:
            yield from archive.lines(name)


class Archive:
    """An open ZIP archive, as far as it can be read safely.

    Attributes:
        names: The members that can be read, in the archive's order.
        problems: Why others can't.
    """

    def __init__(
        self, name: str, opened: zipfile.ZipFile | None, size: int, limits: Limits
    ) -> None:
        self._limits = limits
        self._left = limits.allowance + limits.ratio * size
        self._file = opened
        self._members: dict[str, zipfile.ZipInfo] = {}
        self.problems: list[Problem] = []
        if opened is None:
            sentence = "The archive is broken or not whole: its list of members can't be read."
            self.problems.append(_problem("broken-archive", Place(name), sentence))
            return
        for member in opened.infolist():
            if problem := _objection(member, twice=member.filename in self._members):
                self.problems.append(problem)
            elif not member.is_dir():
                self._members[member.filename] = member

    @property
    def names(self) -> list[str]:
        """The members that can be read, in the archive's order."""
        return list(self._members)

    def lines(self, name: str) -> Iterator[Line | Problem]:
        """The lines of a member."""
        try:
            with self._opened(name) as opened:
                yield from _lines(lambda size: self._read(opened, size), name, self._limits)
        except _TooLargeError:
            yield self._too_large(name)
        except _BROKEN:
            yield _damaged(name)

    def document(self, name: str) -> bytes | Problem:
        """A member as a whole, without a byte order mark, or why there is none."""
        pieces, size = [], 0
        try:
            with self._opened(name) as opened:
                while piece := self._read(opened, PIECE):
                    size += len(piece)
                    if size > self._limits.document:
                        return self._too_large(name)
                    pieces.append(piece)
        except _TooLargeError:
            return self._too_large(name)
        except _BROKEN:
            return _damaged(name)
        whole = b"".join(pieces)
        if whole.startswith(_UTF_16):
            return _encoded_otherwise(name)
        return whole.removeprefix(_BOM)

    def _opened(self, name: str) -> zipfile.ZipExtFile:
        assert self._file is not None
        return self._file.open(self._members[name])  # type: ignore[return-value]

    def _read(self, opened: BinaryIO | zipfile.ZipExtFile, size: int) -> bytes:
        piece = opened.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise _TooLargeError
        return piece

    def _too_large(self, name: str) -> Problem:
        sentence = "Unpacked it is longer than any export; the rest of it isn't read."
        return _problem("too-large", Place(name), sentence)


@contextmanager
def open_archive(file: Path, *, limits: Limits = LIMITS) -> Iterator[Archive]:
    """A ZIP archive; what is broken about it is among its problems.

    Raises:
        OSError: The file can't be read.
    """
    with file.open("rb") as opened:
        size = file.stat().st_size
        try:
            archive = zipfile.ZipFile(opened)
        except _BROKEN:
            yield Archive(file.name, None, size=size, limits=limits)
        else:
            with archive:
                yield Archive(file.name, archive, size=size, limits=limits)


def _objection(member: zipfile.ZipInfo, *, twice: bool) -> Problem | None:
    """Why a member isn't read."""
    place = Place(member.filename)
    # What is cut off behind a zero byte was meant to hide the rest of the name.
    name = member.orig_filename.replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/") or "\0" in name:
        return _problem("unsafe-path", place, "Its path leads out of the archive.")
    if member.flag_bits & _ENCRYPTED:
        return _problem("encrypted-member", place, "It is encrypted.")
    if member.compress_type not in _BOUNDED:
        return _problem("broken-archive", place, "It is compressed in a way that isn't read here.")
    if twice:
        return _problem("broken-archive", place, "The archive has two members of this name.")
    return None


def _lines(read: Callable[[int], bytes], member: str, limits: Limits) -> Iterator[Line | Problem]:
    number, begun, size, first = 1, list[bytes](), 0, True
    while piece := read(PIECE):
        if first:
            first = False
            if piece.startswith(_UTF_16):
                yield _encoded_otherwise(member)
                return
            piece = piece.removeprefix(_BOM)
        *whole, rest = piece.split(b"\n")
        for part in whole:
            size += len(part)
            if size > limits.line:
                yield _long(member, number)
            elif text := b"".join((*begun, part)).strip():
                yield Line(Place(member, number), text)
            number, size = number + 1, 0
            begun.clear()
        size += len(rest)
        # What is too long is counted on, and let go of.
        if size > limits.line:
            begun.clear()
        else:
            begun.append(rest)
    if size > limits.line:
        yield _long(member, number)
    elif text := b"".join(begun).strip():
        yield Line(Place(member, number), text)


def _problem(kind: ProblemKind, place: Place, sentence: str) -> Problem:
    return Problem(kind=kind, place=place, sentence=sentence)


def _long(member: str, number: int) -> Problem:
    return _problem("long-line", Place(member, number), "The line is longer than is read here.")


def _damaged(name: str) -> Problem:
    sentence = "It is damaged: what follows can't be unpacked."
    return _problem("broken-archive", Place(name), sentence)


def _encoded_otherwise(name: str) -> Problem:
    sentence = "It is encoded in UTF-16; exports are in UTF-8."
    return _problem("wrong-encoding", Place(name), sentence)
