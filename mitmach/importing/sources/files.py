"""Files that posts of other platforms come with: what the platform can say of them.

The platform stores no files: it refers to addresses. What has none is named in the text, if there
is no other text, so that the post says something.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from mitmach.importing.acts import Media
from mitmach.importing.problems import Place, Problem
from shared.contract.events.vocabulary import Format
from shared.contract.media import LONGEST_ADDRESS, MOST_MEDIA

_ENDINGS: Mapping[str, Format] = MappingProxyType(
    {
        **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "heic", "svg", "bmp"), "photo"),
        **dict.fromkeys(("mp4", "mov", "webm", "mkv", "avi", "m4v"), "video"),
        **dict.fromkeys(("mp3", "m4a", "ogg", "wav", "flac", "aac"), "audio"),
    }
)


class File(NamedTuple):
    """A file of a post.

    Attributes:
        name: As people read it.
        address: Where it can be had (https); None: nowhere.
    """

    name: str
    address: str | None

    @property
    def is_reachable(self) -> bool:
        """Whether the platform can refer to it."""
        address = self.address
        return (
            address is not None
            and address.startswith("https://")
            and len(address) <= LONGEST_ADDRESS
            and address.isascii()
            and address.isprintable()
            and " " not in address
        )


class FilesSaid(NamedTuple):
    """What a post says of its files.

    Attributes:
        text: The text, with the names of files that it would be empty without.
        format: What the post is made of.
        media: The files that have an address.
        problems: Those that have none.
    """

    text: str
    format: Format
    media: tuple[Media, ...]
    problems: tuple[Problem, ...]


def files_said(text: str, files: Sequence[File], place: Place) -> FilesSaid:
    """What a post with this text says of its files."""
    reachable = [file for file in files if file.is_reachable][:MOST_MEDIA]
    media = tuple(Media(url=file.address or "", alt=file.name) for file in reachable)
    sentence = "A file has no address that the platform could refer to."
    missing = tuple(
        Problem(kind="file-left-behind", place=place, sentence=sentence)
        for file in files
        if not file.is_reachable
    )
    if not text.strip() and not media:
        text = ", ".join(file.name for file in files)
    return FilesSaid(text, _format(reachable), media, missing)


def _format(files: Sequence[File]) -> Format:
    """What files are: the kind that all of them have, else documents."""
    formats: set[Format] = {
        _ENDINGS.get(file.name.rpartition(".")[2].lower(), "document") for file in files
    }
    if not formats:
        return "text"
    return formats.pop() if len(formats) == 1 else "document"
