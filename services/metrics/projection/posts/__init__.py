"""Folding the events about posts.

fold.py        the hot loop
gathered.py    what it adds to, until the next flush
publishing.py  responding.py    what each type of event does
"""

from services.metrics.projection.posts.fold import ADDITIVE_TYPES, KNOWN_TYPES, PostsFold

__all__ = ["ADDITIVE_TYPES", "KNOWN_TYPES", "PostsFold"]
