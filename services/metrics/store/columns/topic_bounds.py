"""How many topics are counted: anybody can make up new ones with every post and every edit.

A post is about whatever its author writes, and its own figures say so. But each topic that figures
tell apart costs memory in every process that answers, and a place in lists that people read. So a
day (of publication, UTC) tells at most so many topics apart, per author and in all; beyond them a
post is counted without the topic: in every total, and by its format.

Both bounds are functions of the posts as they are now, not of the order in which they were heard
of. So figures that are counted anew, in other partitions or with other flushes in between, are the
same; a topic that is edited away makes room; and another bound holds for the past too.

    per author   the topics of their first posts (ids rise with time), in the order of each post
    per day      of these the topics with most posts; of equal ones those that were used first

Whoever floods a day with topics of a single post each can't crowd out a topic that two posts are
on.
"""

from typing import NamedTuple

import numpy as np

from services.metrics.store.columns.layout import Column


class TopicBounds(NamedTuple):
    """How many topics of a day are told apart.

    Attributes:
        per_person: Topics of the posts of one author. With fewer, who posts for a whole
            organisation would be cut off.
        per_day: Topics of all posts. More than anybody reads; an answer shows fifty.
    """

    per_person: int = 50
    per_day: int = 2_000


DEFAULT_BOUNDS = TopicBounds()


def counted_topics(
    keys: Column, author: Column, topics: Column, topic_rows: Column, bounds: TopicBounds
) -> Column:
    """Which topics of which posts of a day are counted.

    Args:
        keys: The ids of the posts, as two numbers each.
        author: The author of each post, as a number; 0 if nobody is known.
        topics: A code for each topic of each post.
        topic_rows: The row of the post that each of these topics belongs to.
        bounds: How many topics are counted.

    Returns:
        A boolean per entry of `topics`.
    """
    counted = np.ones(len(topics), bool)
    many = np.count_nonzero(np.bincount(topics)) > bounds.per_day
    # An author with more entries than allowed stands so many places behind themselves.
    whose = np.sort(author[topic_rows])
    if not many and not (whose[bounds.per_person :] == whose[: -bounds.per_person]).any():
        return counted  # nearly always
    # Which of the day's posts it is, in the order of ids.
    of_post = np.empty(len(keys), np.int64)
    of_post[np.lexsort(keys.T[::-1])] = np.arange(len(keys))
    order = np.argsort(of_post[topic_rows], kind="stable")
    counted = _of_each(author[topic_rows], topics, order, bounds.per_person)
    counted |= author[topic_rows] == 0
    if np.count_nonzero(np.bincount(topics[counted])) > bounds.per_day:
        counted &= _of_all(topics, counted, order, bounds.per_day)
    return counted


def _of_each(authors: Column, topics: Column, order: Column, most: int) -> Column:
    """Which entries are among the first topics of their authors: a boolean per entry."""
    numbers = np.unique(authors, return_inverse=True)[1].astype(np.int64)
    pairs = numbers * (int(topics.max()) + 1) + topics
    found, first, entries = np.unique(pairs[order], return_index=True, return_inverse=True)
    whose = found // (int(topics.max()) + 1)
    ranked = np.lexsort((first, whose))
    begins = np.searchsorted(whose[ranked], whose[ranked])
    fits = np.empty(len(found), bool)
    fits[ranked] = np.arange(len(found)) - begins < most
    counted = np.empty(len(topics), bool)
    counted[order] = fits[entries]
    return counted


def _of_all(topics: Column, counted: Column, order: Column, most: int) -> Column:
    """Which entries are about the topics with most posts: a boolean per entry."""
    among = order[counted[order]]
    found, first, posts = np.unique(topics[among], return_index=True, return_counts=True)
    leading = found[np.lexsort((first, -posts))[:most]]
    return np.isin(topics, leading)
