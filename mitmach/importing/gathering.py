"""From a file to a spool that is ready to be sent: read, fitted, spooled and checked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import msgspec

from mitmach.importing.causes import kind_of
from mitmach.importing.checks import check
from mitmach.importing.fitting import fitted
from mitmach.importing.problems import Problem, Told
from mitmach.importing.reading import PIECE
from mitmach.importing.report import Report
from mitmach.importing.sources import SOURCES
from mitmach.importing.sources.options import SourceOptions
from mitmach.importing.spool import BATCH, Spool, open_spool


def fingerprint_of(file: Path, source: str, options: SourceOptions) -> bytes:
    """What an import is known by: all bytes of the file, the source, and what somebody chose.

    Rejected: size and time of the file. A copy of it would be another import, and an export that
    was made again under the same name could pass for the same one.

    Raises:
        OSError: The file can't be read.
    """
    chosen = [source, options.team, options.identity, options.files_at, options.reactions.entries]
    digest = blake2b(msgspec.json.encode(chosen))
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            digest.update(piece)
    return digest.digest()


@contextmanager
def gathered(
    source: str,
    file: Path,
    *,
    spool: Path,
    options: SourceOptions,
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Spool]:
    """The spool of an import, ready to be sent; read from the file unless it is there already.

    Args:
        source: One of `SOURCES`.
        file: The export that is imported.
        spool: Where the spool is, or will be.
        options: The choices of whoever imports; they are part of the fingerprint.
        now: What is later hasn't happened.
        progress: Called with the number of acts that were read, once per batch.

    Raises:
        OSError: The file can't be read.
        Stopped: The spool can't be used; the message says why.
    """
    fingerprint = fingerprint_of(file, source, options)
    with open_spool(spool, fingerprint=fingerprint) as opened:
        if not opened.is_ready:
            report = Report()
            _read(SOURCES[source](file, options), opened, report, progress)
            check(opened, report, now=now)
            opened.finish(report)
        yield opened


def _read(
    told: Iterator[Told], spool: Spool, report: Report, progress: Callable[[int], None]
) -> None:
    count = 0
    for item in fitted(told):
        if isinstance(item, Problem):
            report.add(item)
            continue
        spool.add(item)
        report.add_told(kind_of(item.act))
        count += 1
        if count % BATCH == 0:
            progress(count)
    spool.finish_reading()
    progress(count)
