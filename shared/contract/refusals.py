"""Refusals that more than one service gives: about groups and channels, which many things are in.

Those about its own things each service defines beside them.
"""

from shared.contract.errors import Category, Refusal


class GroupNotFound(Refusal):
    """It isn't there, or may not be seen: one answer for both."""

    category = Category.MISSING
    title = "There is no such group"


class GroupIsArchived(Refusal):
    """The group is read-only: what is in it stays, and nothing is added."""

    category = Category.CONFLICT
    title = "The group is archived"


class ChannelNotFound(Refusal):
    """It isn't there, or may not be seen: one answer for both."""

    category = Category.MISSING
    title = "There is no such channel"


class ChannelIsArchived(Refusal):
    """The channel is read-only: what is in it stays, and nothing is added."""

    category = Category.CONFLICT
    title = "The channel is archived"
