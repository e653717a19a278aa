"""Folding the events about posts.

fold.py          the hot loop
accumulator.py   what it adds to, until the next flush
lifecycle.py     what becomes of a post itself
responses.py     what people answer to it
"""

from services.metrics.projection.posts.fold import ADDITIVE_TYPES, PostsFold

__all__ = ["ADDITIVE_TYPES", "PostsFold"]
