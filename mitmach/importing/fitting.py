"""Acts as the platform can take them: texts that are not too long, files that have an address.

Other platforms let people write more, and anything. Refusing such a post would lose every answer
to it. So a text is cut, and characters that nobody can see are left out; a report says where. The
limits are those of the services (`docs/texts.md`).
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

from mitmach.importing.acts import (
    AnyAct,
    ChannelCreated,
    CommentAdded,
    Edited,
    GroupFounded,
    Media,
    PersonCame,
    PostPublished,
)
from mitmach.importing.problems import Place, PlacedAct, Problem, ProblemKind, Told, malformed
from mitmach.importing.sources.files import File
from services.groups.domain import channel, group, profile
from services.posts.domain.comment import LONGEST_COMMENT
from services.posts.domain.post import LONGEST_TEXT, LONGEST_TITLE
from shared.contract.errors import Refusal
from shared.contract.media import LONGEST_ALT, MOST_MEDIA
from shared.contract.tags import MOST_TAGS, normalise_tags
from shared.contract.texts import TextError, one_line, whole_text
from shared.web.identity.subjects import LONGEST_EXTERNAL_ID, fault_of

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
_LINE_END = re.compile("[\t\n\r\u2028\u2029]+")

# Formats that can't be without a reference.
_OF_MEDIA = frozenset({"photo", "video", "audio", "document", "link"})
# The platform doesn't have these yet.
_NOT_YET = frozenset({"poll", "event"})

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(AnyAct).decode


class _UnfitError(Exception):
    """An act that can't be made fit; the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


def fitted(told: Iterator[Told]) -> Iterator[Told]:
    """The same acts and problems, each act as the platform takes it and whole.

    What can't be made fit becomes a problem. Every act that comes out is one that the neutral
    format can say: it is written and read once, because a source is as good as what it reads.
    """
    for item in told:
        if isinstance(item, Problem):
            yield item
            continue
        fitting = _Fitting(item.place)
        try:
            act = _decode(_encode(fitting.act(item.act)))
        except _UnfitError as unfit:
            yield from fitting.problems
            yield unfit.problem
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            yield malformed(item.place, error)
        else:
            yield from fitting.problems
            yield PlacedAct(item.place, act)


class _Fitting:
    """One act while it is fitted."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.problems: list[Problem] = []

    def act(self, act: AnyAct) -> AnyAct:
        """The act as the platform takes it."""
        match act:
            case CommentAdded():
                text = self._needed(self._text(act.text, LONGEST_COMMENT))
                return act if text is act.text else replace(act, text=text)
            case PostPublished():
                return self._post(act)
            case Edited():
                return self._edit(act)
            case PersonCame():
                return self._person(act)
            case GroupFounded():
                return replace(
                    act,
                    name=self._needed(self._line(act.name, group.LONGEST_NAME)),
                    purpose=self._text(act.purpose, group.LONGEST_PURPOSE),
                    topics=self._topics(act.topics),
                )
            case ChannelCreated():
                return replace(act, name=self._needed(self._line(act.name, channel.LONGEST_NAME)))
            case _:
                return act

    def _post(self, act: PostPublished) -> PostPublished:
        title = self._line(act.title, LONGEST_TITLE)
        text = self._text(act.text, LONGEST_TEXT)
        media = self._media(act.media)
        if not media:
            self._needed(title or text)
        format_ = act.format
        if format_ in _NOT_YET or (format_ in _OF_MEDIA and not media):
            format_ = "text"
        return replace(
            act,
            title=title,
            text=text,
            format=format_,
            media=media,
            topics=self._topics(act.topics),
        )

    def _edit(self, act: Edited) -> Edited:
        longest = LONGEST_TEXT if act.comment is None else LONGEST_COMMENT
        text = None if act.text is None else self._text(act.text, longest)
        if act.comment is not None:
            self._needed(text or "")
        return replace(
            act,
            title=None if act.title is None else self._line(act.title, LONGEST_TITLE),
            text=text,
            topics=None if act.topics is None else self._topics(act.topics),
        )

    def _person(self, act: PersonCame) -> PersonCame:
        external_id = act.external_id
        if external_id is not None and fault_of(external_id) is not None:
            self._say("text-cleaned", "What the identity provider calls them can't be an id.")
            external_id = None
        if external_id is None and fault_of(act.id) is not None:
            external_id = quote(act.id)[-LONGEST_EXTERNAL_ID:]
        email = act.email
        if email is not None and (len(email) > profile.LONGEST_EMAIL or "@" not in email):
            self._say("text-cleaned", "Their address isn't one.")
            email = None
        name = self._line(act.name, profile.LONGEST_NAME)
        return replace(act, name=name, external_id=external_id, email=email)

    def _media(self, media: tuple[Media, ...]) -> tuple[Media, ...]:
        fit = [
            replace(stored, alt=self._text(stored.alt, LONGEST_ALT))
            for stored in media
            if File("", stored.url).is_reachable
        ]
        if len(fit) < len(media):
            self._say("file-left-behind", "A file has no address that the platform can refer to.")
        if len(fit) > MOST_MEDIA:
            self._say("too-many", f"It refers to more than {MOST_MEDIA} files.")
        return tuple(fit[:MOST_MEDIA])

    def _topics(self, topics: tuple[str, ...]) -> tuple[str, ...]:
        fit: dict[str, None] = {}
        for topic in topics:
            try:
                fit.update(dict.fromkeys(normalise_tags([topic])))
            except Refusal:
                self._say("text-cleaned", "A topic can't be used.")
        if len(fit) > MOST_TAGS:
            self._say("too-many", f"It has more than {MOST_TAGS} topics.")
        return tuple(fit)[:MOST_TAGS]

    def _line(self, text: str, longest: int) -> str:
        return self._fit(_LINE_END.sub(" ", text), longest, one_line)

    def _text(self, text: str, longest: int) -> str:
        return self._fit(text, longest, whole_text)

    def _fit(self, text: str, longest: int, rule: Callable[[str], str]) -> str:
        try:
            text = rule(text)
        except TextError:
            self._say("text-cleaned", "Characters that nobody can see were left out.")
            text = rule(_UNSEEN.sub("", text))
        if len(text) > longest:
            self._say("text-cut", f"The platform takes {longest:,} characters of it.")
            text = rule(f"{text[: longest - 1].rstrip()}…")
        return text

    def _needed(self, text: str) -> str:
        if not text:
            raise _UnfitError(self._problem("empty", "There is nothing to read in it."))
        return text

    def _say(self, kind: ProblemKind, sentence: str) -> None:
        self.problems.append(self._problem(kind, sentence))

    def _problem(self, kind: ProblemKind, sentence: str) -> Problem:
        return Problem(kind=kind, place=self._place, sentence=sentence)
