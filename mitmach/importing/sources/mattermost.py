"""Mattermost's bulk export: a line of JSON for each team, channel, account and thread.

The format is that of its "bulk loading" and "bulk export", version 1, plain or as the `.jsonl`
member of an archive. Channels become groups with one channel, answers become comments on the post
that begins the thread, and the accounts of people who are gone leave.

The export has no ids of posts. Mattermost itself tells two apart by channel, message and moment,
and so do the ids made here. Of what was edited it has the last wording only, and of channels and
accounts no moment of their making: `memberships.py` says what is made of that.
"""

from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from mitmach.importing.acts import AnyAct, CommentAdded, Edited, PersonCame, PostPublished, Reacted
from mitmach.importing.moments import EPOCH, from_milliseconds
from mitmach.importing.problems import Place, PlacedAct, Problem, ProblemKind, Told, malformed
from mitmach.importing.reading import Line, lines_of
from mitmach.importing.sources import mattermost_lines as lines
from mitmach.importing.sources.files import File, files_said
from mitmach.importing.sources.memberships import FoundGroup, FoundPerson, Memberships
from mitmach.importing.sources.options import SourceOptions
from shared.contract.events.vocabulary import AccountKind, MemberRole

VERSION = 1

# Bytes of a digest in an id: enough for a billion posts in the same millisecond.
_DIGEST = 8

_JOINS = {"system_join_channel", "system_add_to_channel", "system_guest_join_channel"}
_LEAVES = {"system_leave_channel", "system_remove_from_channel"}


def told(file: Path, options: SourceOptions) -> Iterator[Told]:
    """The acts of an export."""
    export = _Export(options)
    try:
        for line in lines_of(file, wanted=lambda name: name.endswith(".jsonl")):
            if isinstance(line, Problem):
                yield line
            else:
                yield from export.line(line)
        yield from export.end()
    finally:
        export.close()


class _Export:
    """An export while it is read: its teams, channels and accounts, and who acted where first."""

    def __init__(self, options: SourceOptions) -> None:
        self._options = options
        self._teams: dict[str, str] = {}
        self._channels: dict[str, tuple[Place, lines.Channel]] = {}
        self._people: dict[str, FoundPerson] = {}
        self._memberships = Memberships(knows_members=True)
        self._exported_at: datetime | None = None
        self._last = EPOCH

    def close(self) -> None:
        """Lets go of what was gathered."""
        self._memberships.close()

    def line(self, line: Line) -> Iterator[Told]:
        """What a line tells."""
        place = line.place
        try:
            found = lines.line_of(line.text)
        except lines.UNREADABLE as error:
            yield _unreadable(line, error)
            return
        match found:
            case lines.PostLine(post=post):
                yield from self._thread(place, post)
            case lines.UserLine(user=user):
                self._user(place, user)
            case lines.BotLine(bot=bot):
                self._account(place, bot.username, bot.display_name or "", "service", bot.delete_at)
            case lines.ChannelLine(channel=channel):
                if self._is_wanted(channel.team):
                    self._channels[_group(channel.team, channel.name)] = (place, channel)
                else:
                    yield _other_team(place)
            case lines.TeamLine(team=team):
                self._teams[team.name] = team.display_name or team.name
            case lines.Version():
                yield from self._version(place, found)
            case lines.DirectPostLine() | lines.DirectChannelLine():
                sentence = "Messages between a few people are never taken."
                yield _problem("direct-message", place, sentence)
            case _:
                pass

    def end(self) -> Iterator[Told]:
        """What only shows at the end: how groups, members and people came to be."""
        exported_at = self._exported_at or max(self._last, EPOCH.replace(year=1990))
        several = len({channel.team for _, channel in self._channels.values()}) > 1
        groups = {
            group: self._found(place, channel, several=several)
            for group, (place, channel) in self._channels.items()
        }
        yield from self._memberships.tell(
            groups=groups, people=self._people, exported_at=exported_at
        )

    def _version(self, place: Place, found: lines.Version) -> Iterator[Problem]:
        if found.version != VERSION:
            sentence = f"Version {VERSION} of the format is read here; the rest may not fit."
            yield _problem("unknown-line", place, sentence)
        try:
            created = datetime.fromisoformat(found.info.created if found.info else "")
        except ValueError:
            return
        if created.tzinfo is not None:
            self._exported_at = created

    def _found(self, place: Place, channel: lines.Channel, *, several: bool) -> FoundGroup:
        name = channel.display_name or channel.name
        if several:
            name = f"{self._teams.get(channel.team, channel.team)}: {name}"
        return FoundGroup(
            place=place,
            id=_group(channel.team, channel.name),
            name=name,
            purpose=channel.purpose or channel.header or "",
            visibility="open" if channel.type == "O" else "closed",
            archived_at=_moment_or_none(channel.deleted_at),
        )

    def _is_wanted(self, team: str) -> bool:
        return self._options.team in {None, team}

    def _user(self, place: Place, user: lines.User) -> None:
        name = " ".join(part for part in (user.first_name, user.last_name) if part)
        self._account(
            place,
            user.username,
            name or user.nickname or user.username,
            "human",
            user.delete_at,
            email=user.email or None,
            external_id=user.auth_data if user.auth_service else None,
        )
        for team in user.teams or ():
            if self._is_wanted(team.name):
                for channel in team.channels or ():
                    group = _group(team.name, channel.name)
                    self._memberships.belongs(group, user.username, _role(channel.roles))

    def _account(
        self,
        place: Place,
        username: str,
        name: str,
        account: AccountKind,
        delete_at: int | None,
        *,
        email: str | None = None,
        external_id: str | None = None,
    ) -> None:
        if self._options.identity == "email":
            external_id = email
        came = PersonCame(
            at=EPOCH,
            id=username,
            name=name or username,
            external_id=external_id or None,
            email=email,
            account=account,
        )
        left_at = _moment_or_none(delete_at)
        self._people[username] = FoundPerson(place=place, came=came, left_at=left_at)

    def _thread(self, place: Place, post: lines.Post) -> Iterator[Told]:
        if not self._is_wanted(post.team):
            yield _other_team(place)
            return
        group = _group(post.team, post.channel)
        props = _props(post.props)
        if (post.type or "").startswith("system_"):
            yield from self._system_message(place, group, post, props)
            return
        at = from_milliseconds(post.create_at)
        if at is None:
            yield _no_calendar(place)
            return
        author = self._author(place, post.user, props)
        text = _text(post, props)
        said = files_said(text, self._files(post.attachments), place)
        post_id = f"{group}/{post.create_at}-{_digest(author, text)}"
        yield from said.problems
        yield self._act(
            place,
            group,
            PostPublished(
                at=at,
                id=post_id,
                channel=group,
                by=author,
                text=said.text,
                format=said.format,
                media=said.media,
            ),
        )
        if edit := self._edit(post, at, author, said.text, post=post_id):
            yield self._act(place, group, edit)
        yield from self._reactions(place, group, post.reactions, post=post_id)
        for raw in post.replies or ():
            yield from self._reply(place, group, post_id, raw)

    def _reply(self, place: Place, group: str, post_id: str, raw: msgspec.Raw) -> Iterator[Told]:
        try:
            reply = lines.reply_of(raw)
        except lines.UNREADABLE as error:
            yield malformed(place, error)
            return
        at = from_milliseconds(reply.create_at)
        if at is None:
            yield _no_calendar(place)
            return
        props = _props(reply.props)
        author = self._author(place, reply.user, props)
        text = _text(reply, props)
        said = files_said(text, self._files(reply.attachments), place)
        # A comment refers to no media: what has an address stands in its text.
        shown = said.text or "\n".join(media.url for media in said.media)
        comment_id = f"{post_id}/{reply.create_at}-{_digest(author, text)}"
        yield from said.problems
        comment = CommentAdded(at=at, id=comment_id, post=post_id, by=author, text=shown)
        yield self._act(place, group, comment)
        if edit := self._edit(reply, at, author, shown, comment=comment_id):
            yield self._act(place, group, edit)
        yield from self._reactions(place, group, reply.reactions, comment=comment_id)

    def _edit(
        self,
        written: lines.Reply,
        at: datetime,
        author: str,
        text: str,
        *,
        post: str | None = None,
        comment: str | None = None,
    ) -> Edited | None:
        edited_at = _moment_or_none(written.edit_at)
        if edited_at is None or edited_at <= at:
            return None
        return Edited(at=edited_at, post=post, comment=comment, by=author, text=text)

    def _reactions(
        self,
        place: Place,
        group: str,
        reactions: list[msgspec.Raw] | None,
        *,
        post: str | None = None,
        comment: str | None = None,
    ) -> Iterator[Told]:
        for raw in reactions or ():
            try:
                reaction = lines.reaction_of(raw)
            except lines.UNREADABLE as error:
                yield malformed(place, error)
                continue
            at = from_milliseconds(reaction.create_at)
            if at is None:
                yield _no_calendar(place)
                continue
            kind, problem = self._options.reactions.taken(reaction.emoji_name, place)
            if problem is not None:
                yield problem
            if kind is not None:
                act = Reacted(at=at, post=post, comment=comment, by=reaction.user, reaction=kind)
                yield self._act(place, group, act)

    def _system_message(
        self, place: Place, group: str, post: lines.Post, props: lines.Props
    ) -> Iterator[Problem]:
        """Who joins and leaves is taken from what Mattermost writes into the channel about it."""
        at = from_milliseconds(post.create_at)
        named = props.added if post.type == "system_add_to_channel" else props.removed
        person = named if isinstance(named, str) else post.user
        if at is not None and (post.type in _JOINS or post.type in _LEAVES):
            self._note(at)
            self._memberships.moved(group, person, at, joins=post.type in _JOINS)
        else:
            sentence = "Mattermost wrote it itself."
            yield _problem("system-message", place, sentence, post.type or "")

    def _author(self, place: Place, user: str, props: lines.Props) -> str:
        """Whose a post is: a webhook's is no act of whoever made the webhook."""
        if _is_true(props.from_webhook):
            shown = props.override_username
            user = f"webhook/{shown if isinstance(shown, str) and shown else user}"[:LONGEST_ID]
        elif not _is_true(props.from_bot):
            return user
        if user not in self._people:
            self._account(place, user, user.removeprefix("webhook/"), "service", None)
        return user

    def _files(self, attachments: list[msgspec.Raw] | None) -> list[File]:
        files = []
        for raw in attachments or ():
            try:
                path = lines.attachment_of(raw).path
            except lines.UNREADABLE:
                continue  # a file less; the post stays
            files.append(File(PurePosixPath(path).name, self._options.address_of(path)))
        return files

    def _act(self, place: Place, group: str, act: AnyAct) -> PlacedAct:
        by = getattr(act, "by", None)
        if by is not None:
            self._memberships.acted(group, by, act.at)
        self._note(act.at)
        return PlacedAct(place, act)

    def _note(self, at: datetime) -> None:
        self._last = max(self._last, at)


LONGEST_ID = 255
"""Characters of an id in the neutral format."""


def _group(team: str, channel: str) -> str:
    """The id of a channel, and of the group that it becomes."""
    return f"{team}/{channel}"


def _digest(author: str, text: str) -> str:
    said = f"{author}\n{text}".encode(errors="surrogatepass")
    return blake2b(said, digest_size=_DIGEST).hexdigest()


def _role(roles: str | None) -> MemberRole:
    return "moderator" if "channel_admin" in (roles or "").split() else "member"


def _moment_or_none(milliseconds: int | None) -> datetime | None:
    """A moment where there is one: Mattermost writes 0 for never."""
    return from_milliseconds(milliseconds) if milliseconds and milliseconds > 0 else None


def _props(raw: msgspec.Raw) -> lines.Props:
    try:
        return lines.props_of(raw)
    except lines.UNREADABLE:
        return lines.Props()


def _is_true(value: Any) -> bool:
    return value is True or value == "true"


def _text(written: lines.Reply, props: lines.Props) -> str:
    """The message; of programs that only attach texts, those."""
    if written.message and written.message.strip():
        return written.message
    if not isinstance(props.attachments, list):
        return ""
    parts = []
    for attached in props.attachments:
        if isinstance(attached, dict):
            found = [attached.get(name) for name in ("pretext", "title", "text")]
            parts += [part for part in found if isinstance(part, str) and part]
            if not any(found) and isinstance(fallback := attached.get("fallback"), str):
                parts.append(fallback)
    return "\n\n".join(parts)


def _unreadable(line: Line, error: Exception) -> Problem:
    try:
        found = lines.type_of(line.text).type
    except lines.UNREADABLE:
        return malformed(line.place, error)
    known = {kind.__struct_config__.tag for kind in lines.AnyLine.__args__}
    if found in known:
        return malformed(line.place, error)
    return _problem("unknown-line", line.place, "This kind of line isn't read here.", found[:64])


def _other_team(place: Place) -> Problem:
    return _problem("other-team", place, "It belongs to a team that wasn't asked for.")


def _no_calendar(place: Place) -> Problem:
    return _problem("malformed-line", place, "Its moment is in no calendar.")


def _problem(kind: ProblemKind, place: Place, sentence: str, subject: str = "") -> Problem:
    return Problem(kind=kind, place=place, sentence=sentence, subject=subject)
