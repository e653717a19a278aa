"""The HTTP side: requests to commands and queries, and back. It decides nothing.

posts.py         publish, edit, delete, read and list posts
feed.py          what there is in the caller's groups
revisions.py     what a post said before
comments.py      comment, reply, edit, delete, list
reactions.py     react to posts and comments, take it back
views.py         say which posts were seen, one or many
shares.py        pass a post on
standings.py     what changes are answered with
history.py       acts of before, many at once
models.py        what a post and a comment look like from outside
"""

from fastapi import APIRouter

from services.posts.api import comments, feed, history, posts, reactions, revisions, shares, views

TITLE = "posts"
DESCRIPTION = "Posts, comments, reactions, views and shares."

ROUTERS: tuple[APIRouter, ...] = (
    posts.router,
    feed.router,
    revisions.router,
    comments.router,
    reactions.router,
    views.router,
    shares.router,
    history.router,
)

TAGS = (
    {"name": "posts", "description": "What people publish, and lists of it."},
    {"name": "comments", "description": "Answers to posts, and replies to those."},
    {"name": "reactions", "description": "One of six kinds, to a post or a comment."},
    {"name": "views", "description": "Saying what was seen."},
    {"name": "shares", "description": "Passing posts on."},
    {"name": "history", "description": "Recording what has happened before."},
)
