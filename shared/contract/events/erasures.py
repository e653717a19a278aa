"""Which service has forgotten an erased person: each says so for itself, and groups reads it.

An event names the erasure, never the person: it is kept when nothing of them is.
"""

from shared.contract.events.envelope import EventData
from shared.contract.events.topics import CONTESTS_FORGOTTEN, METRICS_FORGOTTEN, POSTS_FORGOTTEN
from shared.contract.events.vocabulary import ErasureId


class AboutErasure(EventData, frozen=True, kw_only=True):
    """What every event about an erasure says.

    Attributes:
        erasure: The erasure, as `person.erased` names it.
    """

    subject_field = "erasure"
    key_field = "erasure"

    erasure: ErasureId


class PostsPersonForgotten(AboutErasure, frozen=True, kw_only=True):
    """Nothing that the posts service stores names the person any more."""

    type = "mitmach.posts.person_forgotten"
    topic = POSTS_FORGOTTEN


class ContestsPersonForgotten(AboutErasure, frozen=True, kw_only=True):
    """Nothing that the contests service stores names the person any more."""

    type = "mitmach.contests.person_forgotten"
    topic = CONTESTS_FORGOTTEN


class MetricsPersonForgotten(AboutErasure, frozen=True, kw_only=True):
    """Nothing that the metrics service stores names the person any more."""

    type = "mitmach.metrics.person_forgotten"
    topic = METRICS_FORGOTTEN
