"""What of people an event says: whom the API shows, and everybody else under an alias."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
import pytest

from shared.contract.aliases import (
    BALLOT,
    ENTRY,
    FLAG,
    MEMBER,
    MODERATION,
    POLL_VOTE,
    REACTION,
    SHARE,
    VIEW,
    Aliases,
)
from shared.contract.erasures import FORMER_COLLEAGUE
from shared.contract.events import ballots, contests, groups, insights, posts, responses
from shared.contract.events.disclosure import Disclosure
from shared.contract.events.envelope import EventData
from shared.contract.events.naming import NOBODY_APART
from shared.contract.events.traces import TraceAliases
from tooling.sample_events import sample

D = TypeVar("D", bound=EventData)
ADA, BOB, EVE = (f"5f0c1c1e-8a52-4a6b-9d0e-3b1f6a5c1e{number:02x}" for number in range(3))
GROUP, POST, CONTEST, ENTERED = (f"01936f3e-0000-7000-8000-{number:012}" for number in range(4))
ALIASES = Aliases(b"a key for tests only")
TRACES = TraceAliases(b"a key for tests only")


def told(
    kind: type[D],
    actor: str | None,
    *,
    within: str | None = None,
    masked: bool = False,
    apart: Mapping[str, str] = NOBODY_APART,
    **say: Any,
) -> tuple[D, str | None]:
    """What is published of an event about Ada's post, or her entry."""
    about: dict[str, Any] = {"author": ADA, "post_id": POST, "contest_id": CONTEST}
    about |= {"entrant": ADA, "entry_id": ENTERED, "comment_id": None, "comment_author": None}
    given = {name: value for name, value in about.items() if name in kind.__struct_fields__}
    data = sample(kind, **given | say)
    published, shown = Disclosure(ALIASES, TRACES).publishable(data, actor, within, masked, apart)
    assert isinstance(published, kind)
    return published, shown


@pytest.mark.parametrize(
    ("kind", "letter"),
    [
        (posts.PostViewed, VIEW),
        (posts.PostReadConfirmed, VIEW),
        (posts.PostShared, SHARE),
        (responses.ReactionAdded, REACTION),
        (responses.ReactionChanged, REACTION),
        (responses.ReactionRemoved, REACTION),
    ],
)
def test_who_sees_reacts_or_passes_on_has_one_alias_for_that_on_all_posts(
    kind: type[posts.ActOnPost], letter: str
) -> None:
    data, actor = told(kind, BOB)
    assert (data.author, actor) == (ADA, ALIASES.of(letter, BOB))
    assert told(kind, BOB, post_id=CONTEST)[1] == actor


@pytest.mark.parametrize(
    "kind", [posts.PostViewed, posts.PostReadConfirmed, posts.PostShared, responses.ReactionAdded]
)
def test_the_author_of_a_post_does_with_it_what_they_do_as_its_author(
    kind: type[posts.ActOnPost],
) -> None:
    """`own` says it anyway; and under an alias it would say whose alias that is."""
    assert told(kind, ADA)[1] == ADA
    data, actor = told(kind, ADA, within=GROUP)
    assert actor == data.author == ALIASES.of(MEMBER, ADA, GROUP)


def test_whoever_reacts_to_their_own_comment_does_so_as_its_author() -> None:
    said: dict[str, Any] = {"comment_id": CONTEST, "comment_author": BOB}
    assert told(responses.ReactionAdded, BOB, **said)[1] == BOB
    assert told(responses.ReactionAdded, EVE, **said)[1] == ALIASES.of(REACTION, EVE)


@pytest.mark.parametrize("kind", [responses.PollVoted, responses.PollVoteWithdrawn])
@pytest.mark.parametrize("who", [ADA, BOB])
def test_who_votes_in_a_poll_has_an_alias_for_it_alone(kind: type[EventData], who: str) -> None:
    actor = told(kind, who)[1]
    assert actor == ALIASES.of(POLL_VOTE, who, POST)
    assert told(kind, who, within=GROUP)[1] == actor
    assert told(kind, who, post_id=CONTEST)[1] != actor


def test_an_open_group_shows_who_wrote_what() -> None:
    said: dict[str, Any] = {"comment_author": BOB, "parent_author": EVE}
    data, actor = told(responses.CommentAdded, BOB, **said)
    assert (data.author, data.comment_author, data.parent_author, actor) == (ADA, BOB, EVE, BOB)
    kudos, giver = told(posts.KudosGiven, ADA, receivers=(BOB, EVE))
    assert (kudos.author, kudos.receivers, giver) == (ADA, (BOB, EVE), ADA)
    assert told(posts.PostPublished, ADA)[1] == ADA


def test_in_any_other_group_everybody_has_an_alias_of_the_group() -> None:
    ada, bob, eve = (ALIASES.of(MEMBER, who, GROUP) for who in (ADA, BOB, EVE))
    said: dict[str, Any] = {"comment_author": BOB, "parent_author": EVE, "within": GROUP}
    data, actor = told(responses.CommentAdded, BOB, **said)
    assert (data.author, data.comment_author, data.parent_author, actor) == (ada, bob, eve, bob)
    said["parent_author"] = None
    assert told(responses.CommentAdded, BOB, **said)[0].parent_author is None
    kudos, giver = told(posts.KudosGiven, ADA, receivers=(BOB, EVE), within=GROUP)
    assert (kudos.author, kudos.receivers, giver) == (ada, (bob, eve), ada)
    assert told(posts.PostPublished, ADA, within=GROUP)[1] == ada
    assert ada != ALIASES.of(MEMBER, ADA, POST)


@pytest.mark.parametrize(
    ("kind", "letter"), [(posts.PostViewed, VIEW), (responses.ReactionAdded, REACTION)]
)
def test_what_somebody_does_in_such_a_group_is_joined_with_nothing_outside(
    kind: type[EventData], letter: str
) -> None:
    """Whoever is in a group that isn't open must not be found by what they do in open ones."""
    inside, outside = (told(kind, BOB, within=within)[1] for within in (GROUP, None))
    assert inside == ALIASES.of(letter, BOB, GROUP)
    assert outside == ALIASES.of(letter, BOB)


@pytest.mark.parametrize("kind", [posts.PostDeleted, responses.CommentDeleted])
def test_who_deletes_what_others_wrote_isnt_named(kind: type[EventData]) -> None:
    said: dict[str, Any] = (
        {} if kind is posts.PostDeleted else {"comment_id": CONTEST, "comment_author": ADA}
    )
    assert told(kind, EVE, **said)[1] == ALIASES.of(MODERATION, EVE, POST)
    assert told(kind, ADA, **said)[1] == ADA
    assert told(kind, None, **said)[1] is None


def test_nobody_learns_who_asked_for_a_moderator() -> None:
    for who in (ADA, BOB):
        assert told(posts.FlagRaised, who)[1] == ALIASES.of(FLAG, who, POST)


@pytest.mark.parametrize(
    "kind", [contests.EntrySubmitted, contests.EntryWithdrawn, contests.EntryRejected]
)
@pytest.mark.parametrize("masked", [True, False])
def test_an_entry_that_isnt_shown_has_no_entrant(
    kind: type[contests.AboutEntry], masked: bool
) -> None:
    data, actor = told(kind, ADA, masked=masked)
    assert data.entrant == ALIASES.of(ENTRY, ADA, ENTERED)
    own = kind is not contests.EntryRejected
    assert actor == (data.entrant if own else ALIASES.of(MODERATION, ADA, CONTEST))


@pytest.mark.parametrize("kind", [contests.EntryAccepted, contests.EntryViewed])
def test_an_entry_that_is_shown_has_its_entrant_unless_the_contest_masks_them(
    kind: type[contests.AboutEntry],
) -> None:
    assert told(kind, None)[0].entrant == ADA
    assert told(kind, None, within=GROUP)[0].entrant == ALIASES.of(MEMBER, ADA, GROUP)
    masked = ALIASES.of(ENTRY, ADA, ENTERED)
    assert told(kind, None, masked=True)[0].entrant == masked
    assert told(kind, None, masked=True, within=GROUP)[0].entrant == masked


def test_two_entries_of_a_person_arent_joined() -> None:
    """Else the one that wins would tell whose the one is that was rejected."""
    said = [told(contests.EntryRejected, EVE, entry_id=entry)[0] for entry in (ENTERED, POST)]
    assert said[0].entrant != said[1].entrant


def test_who_looks_at_an_entry_has_the_alias_of_a_reader() -> None:
    assert told(contests.EntryViewed, BOB, masked=True)[1] == ALIASES.of(VIEW, BOB)
    data, actor = told(contests.EntryViewed, ADA, masked=True)
    assert actor == data.entrant == ALIASES.of(ENTRY, ADA, ENTERED)


@pytest.mark.parametrize(
    "kind", [ballots.BallotCast, ballots.BallotChanged, ballots.BallotWithdrawn]
)
@pytest.mark.parametrize("within", [None, GROUP])
def test_a_voter_has_an_alias_for_the_contest_and_no_other(
    kind: type[EventData], within: str | None
) -> None:
    actor = told(kind, ADA, within=within, masked=True)[1]
    assert actor == ALIASES.of(BALLOT, ADA, CONTEST)
    assert told(kind, ADA, contest_id=POST)[1] != actor


def test_the_results_name_who_has_entered_as_the_api_does() -> None:
    first = sample(ballots.ResultsPublished).ranking[0]
    ranking = tuple(msgspec.structs.replace(first, entrant=who) for who in (ADA, BOB))
    data, actor = told(ballots.ResultsPublished, EVE, ranking=ranking)
    assert [entry.entrant for entry in data.ranking] == [ADA, BOB]
    assert actor == ALIASES.of(MODERATION, EVE, CONTEST)
    data, _ = told(ballots.ResultsPublished, None, ranking=ranking, within=GROUP)
    assert [entry.entrant for entry in data.ranking] == [
        ALIASES.of(MEMBER, who, GROUP) for who in (ADA, BOB)
    ]
    assert data.ranking[0].rank == ranking[0].rank


def test_an_announcement_names_the_organiser_and_not_who_moves_the_contest_on() -> None:
    data, actor = told(contests.ContestAnnounced, ADA, organiser=ADA)
    assert (data.organiser, actor) == (ADA, ALIASES.of(MODERATION, ADA, CONTEST))
    hidden, _ = told(contests.ContestAnnounced, ADA, organiser=ADA, within=GROUP)
    assert hidden.organiser == ALIASES.of(MEMBER, ADA, GROUP)
    assert told(contests.ContestPhaseChanged, ADA)[1] == actor


def test_who_was_named_at_a_thing_before_its_group_was_closed_has_an_alias_for_that_thing() -> None:
    """One of the group would tell whose everything is that they do in it now."""
    said: dict[str, Any] = {"comment_id": ENTERED, "comment_author": BOB, "within": GROUP}
    apart = {"author": "post_id"}
    data, actor = told(responses.CommentEdited, BOB, **said, apart=apart)
    assert data.author == ALIASES.of(MEMBER, ADA, POST)
    assert actor == data.comment_author == ALIASES.of(MEMBER, BOB, GROUP)
    apart["comment_author"] = "comment_id"
    data, actor = told(responses.CommentEdited, BOB, **said, apart=apart)
    assert actor == data.comment_author == ALIASES.of(MEMBER, BOB, ENTERED)
    view, actor = told(posts.PostViewed, ADA, within=GROUP, apart=apart)
    assert actor == view.author == ALIASES.of(MEMBER, ADA, POST)
    assert told(posts.PostViewed, BOB, within=GROUP, apart=apart)[1] == ALIASES.of(VIEW, BOB, GROUP)
    assert told(posts.PostViewed, ADA, apart=apart)[1] == ADA, "while the group is open"


def test_each_entry_of_a_result_may_have_an_alias_of_its_own() -> None:
    first = sample(ballots.ResultsPublished).ranking[0]
    entries = [(POST, ADA), (ENTERED, ADA), (CONTEST, BOB), (GROUP, FORMER_COLLEAGUE)]
    ranking = tuple(
        msgspec.structs.replace(first, entry_id=entry, entrant=who) for entry, who in entries
    )
    apart = {"ranking.entrant": "entry_id"}
    data, _ = told(ballots.ResultsPublished, None, ranking=ranking, within=GROUP, apart=apart)
    assert [entry.entrant for entry in data.ranking] == [
        *(ALIASES.of(MEMBER, who, entry) for entry, who in entries[:3]),
        FORMER_COLLEAGUE,
    ]


def test_whoever_was_erased_is_nobody_everywhere() -> None:
    said: dict[str, Any] = {
        "author": FORMER_COLLEAGUE,
        "comment_author": FORMER_COLLEAGUE,
        "within": GROUP,
    }
    data, actor = told(responses.CommentDeleted, None, **said)
    assert (data.author, data.comment_author, actor) == (FORMER_COLLEAGUE, FORMER_COLLEAGUE, None)


def test_what_is_for_services_alone_says_who_it_was() -> None:
    joined = sample(groups.MembershipJoined, member=ADA)
    disclosure = Disclosure(ALIASES, TRACES)
    assert disclosure.publishable(joined, ADA, GROUP, masked=True) == (joined, ADA)
    recorded = sample(ballots.BallotRecorded, voter=ADA)
    assert disclosure.publishable(recorded, ADA, GROUP, masked=True) == (recorded, ADA)


def test_an_unanswered_entry_of_a_masked_contest_says_nobodys_name() -> None:
    kind = insights.ContributionUnanswered
    data, _ = told(kind, None, contribution_id=ENTERED, masked=True)
    assert data.author == ALIASES.of(ENTRY, ADA, ENTERED)
    assert told(kind, None)[0].author == ADA
