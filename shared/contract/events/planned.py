"""What the contract reserves and nothing produces yet: the one list of it.

A type or a word stands here until a service emits it, so that whoever reads the contract knows what
to wait for and what to build on. AsyncAPI, the schemas and docs/events.md mark both as planned;
`tests/contract/test_use.py` holds the list against the code, in both directions. Readers may be
ready before: the metrics service counts votes in polls already.
"""

from collections.abc import Iterable, Mapping

from shared.contract.events import guides, insights, posts, responses
from shared.contract.events.ballots import ScoreRecorded
from shared.contract.events.envelope import EventData
from shared.contract.events.registry import EVENT_CLASSES
from shared.contract.events.topics import TOPICS
from shared.contract.events.vocabulary import VOCABULARIES

PLANNED_TYPES: frozenset[type[EventData]] = frozenset(
    {
        # Guides, guidelines and pilots
        guides.GuidePublished,
        guides.GuideRetired,
        guides.GuideStepCompleted,
        guides.GuideCompleted,
        guides.GuidelineAcknowledged,
        guides.PilotStarted,
        guides.PilotEnded,
        # Moderation
        posts.PostHidden,
        posts.PostRestored,
        responses.CommentHidden,
        responses.CommentRestored,
        posts.FlagRaised,
        posts.FlagDecided,
        # Confirmations, polls, accepted answers, thanks
        posts.PostReadConfirmed,
        responses.PollVoted,
        responses.PollVoteWithdrawn,
        responses.AnswerAccepted,
        responses.AnswerWithdrawn,
        posts.KudosGiven,
        # Juries
        ScoreRecorded,
        # What the metrics service notices
        insights.GroupDormant,
        insights.GroupRevived,
        insights.ContributionUnanswered,
        insights.KpiReported,
    }
)

PLANNED_TOPICS = frozenset(TOPICS) - {
    kind.topic for kind in EVENT_CLASSES if kind not in PLANNED_TYPES
}
"""Topics that nothing is written to: all of their types are planned."""

PLANNED_WORDS: Mapping[str, frozenset[str]] = {
    "JoinedBy": frozenset({"provisioning"}),
    "Format": frozenset({"poll", "event"}),
    "ContentStatus": frozenset({"hidden"}),
    "DecidedBy": frozenset({"jury", "both"}),
}
"""By vocabulary. Vocabularies of planned types alone aren't listed: their types are."""

_VOCABULARY_OF = {frozenset(words): name for name, words in VOCABULARIES.items()}


def planned_words(vocabulary: Iterable[str]) -> frozenset[str]:
    """Which words of a vocabulary no event has yet.

    Args:
        vocabulary: All of its words, in any order.
    """
    return PLANNED_WORDS.get(_VOCABULARY_OF.get(frozenset(vocabulary), ""), frozenset())
