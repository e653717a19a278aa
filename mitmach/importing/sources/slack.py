"""Slack's workspace export: an archive with lists of people and channels, and a file for each day.

    users.json, channels.json   who and what there is; groups.json: private channels
    <channel>/2026-05-04.json   the messages of a day, those of threads among them
    dms.json, mpims.json        messages between a few people, which are never taken

Channels become groups with one channel, and answers become comments on the message that begins the
thread. Slack tells when a channel was made and by whom; it gives reactions no time, and of people
only the time of their account's last change. Links to files lead back to Slack, as long as somebody
has an account there; the keys in them are not taken over.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from mitmach.importing.acts import AnyAct, CommentAdded, Edited, PersonCame, PostPublished, Reacted
from mitmach.importing.moments import EPOCH, from_milliseconds, from_seconds
from mitmach.importing.problems import Place, PlacedAct, Problem, ProblemKind, Told, malformed
from mitmach.importing.reading import Archive, is_archive, open_archive
from mitmach.importing.sources import slack_shapes as shapes
from mitmach.importing.sources.files import File, files_said
from mitmach.importing.sources.memberships import FoundGroup, FoundPerson, Memberships
from mitmach.importing.sources.options import SourceOptions
from mitmach.importing.sources.slack_markup import as_markdown
from shared.contract.events.vocabulary import AccountKind, Visibility

SLACKBOT = "USLACKBOT"
"""Slack's own program, which the list of people shows as one of them."""

_USERS = "users.json"
_JOINS = frozenset({"channel_join", "group_join"})
_LEAVES = frozenset({"channel_leave", "group_leave"})
# What somebody, or a program, wrote. Of a deleted message that has answers a `tombstone` is left,
# in Slack's own name: the thread goes on below it.
_WRITTEN = frozenset(
    {None, "me_message", "file_share", "thread_broadcast", "bot_message", "tombstone"}
)

T = TypeVar("T")


def told(file: Path, options: SourceOptions) -> Iterator[Told]:
    """The acts of an export."""
    if not is_archive(file):
        sentence = "Slack's export is a ZIP archive, and this file is none."
        yield _problem("broken-archive", Place(file.name), sentence)
        return
    with open_archive(file) as archive:
        yield from archive.problems
        export = _Export(archive, options)
        try:
            yield from export.told(file.name)
        finally:
            export.close()


class _Export:
    """An export while it is read: its people and channels, and who acted where first."""

    def __init__(self, archive: Archive, options: SourceOptions) -> None:
        self._archive = archive
        self._options = options
        self._people: dict[str, FoundPerson] = {}
        self._programs: dict[str, str] = {}
        self._channels: dict[str, shapes.Channel] = {}
        self._groups: dict[str, FoundGroup] = {}
        self._archived: dict[str, datetime] = {}
        self._direct: set[str] = set()
        self._memberships = Memberships(knows_members=True)
        self._last = EPOCH.replace(year=1990)

    def close(self) -> None:
        """Lets go of what was gathered."""
        self._memberships.close()

    def told(self, file: str) -> Iterator[Told]:
        """Everything that the export tells."""
        names = self._archive.names
        lists = [name for name in names if name.rpartition("/")[2] == _USERS]
        if not lists:
            yield _problem("missing-file", Place(file), f"It has no {_USERS}.")
            return
        # Somebody may have packed the whole folder.
        root = min(lists, key=len).removesuffix(_USERS)
        yield from self._lists(root)
        for name in names:
            folder, _, day = name.removeprefix(root).rpartition("/")
            if name.startswith(root) and folder and day.endswith(".json"):
                yield from self._day(name, folder)
        # An archived channel without a message about it was archived after all that is in it.
        for channel in self._channels.values():
            found = self._groups[channel.id]
            if channel.is_archived:
                archived_at = self._archived.get(channel.id, self._last)
                found = msgspec.structs.replace(found, archived_at=archived_at)
                self._groups[channel.id] = found
        yield from self._memberships.tell(
            groups=self._groups, people=self._people, exported_at=self._last
        )

    def _lists(self, root: str) -> Iterator[Problem]:
        for item in self._entries(f"{root}{_USERS}", shapes.user_of):
            if isinstance(item, Problem):
                yield item
            else:
                self._user(*item)
        visibilities: dict[str, Visibility] = {"channels.json": "open", "groups.json": "closed"}
        for name, visibility in visibilities.items():
            for entry in self._entries(f"{root}{name}", shapes.channel_of):
                if isinstance(entry, Problem):
                    yield entry
                else:
                    self._channel(*entry, visibility)
        for name in ("dms.json", "mpims.json"):
            for found in self._entries(f"{root}{name}", shapes.conversation_of):
                if isinstance(found, Problem):
                    yield found
                else:
                    self._direct |= {found[1].id, found[1].name or found[1].id}

    def _entries(
        self, name: str, read: Callable[[msgspec.Raw], T]
    ) -> Iterator[tuple[Place, T] | Problem]:
        """The entries of a member that is an array, each with its number."""
        if name not in self._archive.names:
            return
        document = self._archive.document(name)
        if isinstance(document, Problem):
            yield document
            return
        try:
            entries = shapes.entries_of(document)
        except shapes.UNREADABLE as error:
            yield malformed(Place(name), error)
            return
        for number, raw in enumerate(entries, 1):
            place = Place(name, number)
            try:
                yield place, read(raw)
            except shapes.UNREADABLE as error:
                yield malformed(place, error)

    def _user(self, place: Place, user: shapes.User) -> None:
        profile = user.profile
        is_program = user.is_bot or user.is_workflow_bot or user.id == SLACKBOT
        if profile.bot_id:
            self._programs[profile.bot_id] = user.id
        left_at = None
        if user.deleted:
            left_at = from_milliseconds(1000 * (user.updated or 0))
        self._account(
            place,
            user.id,
            profile.real_name or user.real_name or profile.display_name or user.name or user.id,
            "service" if is_program else "human",
            email=profile.email or None,
            left_at=left_at,
        )

    def _account(
        self,
        place: Place,
        id: str,
        name: str,
        account: AccountKind,
        *,
        email: str | None = None,
        left_at: datetime | None = None,
    ) -> None:
        external_id = email if self._options.identity == "email" else None
        came = PersonCame(
            at=EPOCH, id=id, name=name, external_id=external_id, email=email, account=account
        )
        self._people[id] = FoundPerson(place=place, came=came, left_at=left_at)

    def _channel(self, place: Place, channel: shapes.Channel, visibility: Visibility) -> None:
        self._channels[channel.name] = channel
        self._groups[channel.id] = FoundGroup(
            place=place,
            id=channel.id,
            name=channel.name,
            purpose=self._markdown(channel.purpose.value or channel.topic.value or ""),
            visibility=visibility,
            created_at=from_milliseconds(1000 * channel.created) if channel.created else None,
            created_by=channel.creator,
        )
        for member in channel.members or ():
            self._memberships.belongs(channel.id, member, "member")

    def _day(self, name: str, folder: str) -> Iterator[Told]:
        channel = self._channels.get(folder)
        if channel is None:
            if folder in self._direct:
                sentence = "Messages between a few people are never taken."
                yield _problem("direct-message", Place(name), sentence)
            else:
                sentence = "No list names the channel of this folder."
                yield _problem("unknown-channel", Place(name), sentence)
            return
        for item in self._entries(name, shapes.message_of):
            if isinstance(item, Problem):
                yield item
            else:
                yield from self._message(*item, channel.id)

    def _message(self, place: Place, message: shapes.Message, channel: str) -> Iterator[Told]:
        at = from_seconds(message.ts)
        if at is None:
            yield _problem("malformed-line", place, "Its moment is in no calendar.")
            return
        self._last = max(self._last, at)
        if message.subtype not in _WRITTEN:
            yield from self._system_message(place, message, channel, at)
            return
        author = self._author(place, message)
        if author is None:
            yield _problem("unknown-person", place, "It doesn't say who wrote it.")
            return
        said = files_said(self._text(message), self._files(message), place)
        yield from said.problems
        message_id = f"{channel}/{message.ts}"
        act: PostPublished | CommentAdded
        post: str | None = message_id
        comment: str | None = None
        if message.thread_ts and message.thread_ts != message.ts:
            post, comment = None, message_id
            thread = f"{channel}/{message.thread_ts}"
            # A comment refers to no media: what has an address stands in its text.
            text = "\n".join([said.text, *(media.url for media in said.media)]).strip()
            act = CommentAdded(at=at, id=message_id, post=thread, by=author, text=text)
        else:
            text = said.text
            act = PostPublished(
                at=at,
                id=message_id,
                channel=channel,
                by=author,
                text=text,
                format=said.format,
                media=said.media,
            )
        yield self._act(place, channel, act)
        edited_at = from_seconds(message.edited.ts) if message.edited else None
        if edited_at is not None and edited_at > at:
            edit = Edited(at=edited_at, post=post, comment=comment, by=author, text=text)
            yield self._act(place, channel, edit)
        yield from self._reactions(place, channel, message, at, post=post, comment=comment)

    def _reactions(
        self,
        place: Place,
        channel: str,
        message: shapes.Message,
        at: datetime,
        *,
        post: str | None,
        comment: str | None,
    ) -> Iterator[Told]:
        for raw in message.reactions or ():
            try:
                reaction = shapes.reaction_of(raw)
            except shapes.UNREADABLE as error:
                yield malformed(place, error)
                continue
            for person in reaction.users:
                kind, problem = self._options.reactions.taken(reaction.name, place)
                if problem is not None:
                    yield problem
                if kind is not None:
                    sentence = "Slack gives reactions no time: they have that of their message."
                    yield _problem("no-time", place, sentence)
                    yield self._act(
                        place,
                        channel,
                        Reacted(at=at, post=post, comment=comment, by=person, reaction=kind),
                    )

    def _system_message(
        self, place: Place, message: shapes.Message, channel: str, at: datetime
    ) -> Iterator[Problem]:
        """Who joins and leaves is taken from what Slack writes into the channel about it."""
        joins = message.subtype in _JOINS
        if message.user and (joins or message.subtype in _LEAVES):
            self._memberships.moved(channel, message.user, at, joins=joins)
            return
        if message.subtype in {"channel_archive", "group_archive"}:
            self._archived[channel] = max(at, self._archived.get(channel, at))
            return
        subject = (message.subtype or "")[:_LONGEST_SUBJECT]
        yield _problem("system-message", place, "Slack wrote it itself.", subject)

    def _author(self, place: Place, message: shapes.Message) -> str | None:
        """Whose a message is; a program that no list names is made known."""
        if message.user and message.subtype != "bot_message":
            return message.user
        program = message.bot_id or (message.username and f"program/{message.username}")
        if not program:
            return message.user
        if program in self._programs:
            return self._programs[program]
        if program not in self._people:
            self._account(place, program, message.username or program, "service")
        return program

    def _text(self, message: shapes.Message) -> str:
        """The message; of programs that only attach texts, those."""
        if message.text and message.text.strip():
            return self._markdown(message.text)
        parts = []
        for raw in message.attachments or ():
            try:
                attached = shapes.attachment_of(raw)
            except shapes.UNREADABLE:
                continue  # a text less; the message stays
            title = attached.title
            if title and attached.title_link:
                title = f"<{attached.title_link}|{title}>"
            found = [part for part in (attached.pretext, title, attached.text) if part]
            parts += found or [attached.fallback or ""]
        return self._markdown("\n\n".join(part for part in parts if part))

    def _files(self, message: shapes.Message) -> list[File]:
        files = []
        for raw in message.files or ():
            try:
                file = shapes.file_of(raw)
            except shapes.UNREADABLE:
                continue  # a file less; the message stays
            # Addresses of exports carry a key to the file behind the question mark.
            address = file.permalink and file.permalink.partition("?")[0]
            files.append(File(file.name or file.title or "file", address))
        return files

    def _markdown(self, text: str) -> str:
        return as_markdown(text, name_of=self._name_of)

    def _name_of(self, id: str) -> str | None:
        if id in self._people:
            return self._people[id].came.name
        return self._groups[id].name if id in self._groups else None

    def _act(self, place: Place, channel: str, act: AnyAct) -> PlacedAct:
        by = getattr(act, "by", None)
        if by is not None:
            self._memberships.acted(channel, by, act.at)
        self._last = max(self._last, act.at)
        return PlacedAct(place, act)


_LONGEST_SUBJECT = 64
"""Characters of a kind of message that a report repeats; Slack's have some 20."""


def _problem(kind: ProblemKind, place: Place, sentence: str, subject: str = "") -> Problem:
    return Problem(kind=kind, place=place, sentence=sentence, subject=subject)
