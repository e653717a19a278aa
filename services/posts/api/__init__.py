"""The HTTP side: requests to commands and queries, and back. It decides nothing.

views.py       what a post and a comment look like from outside
publishing.py  publish, edit, delete a post
reading.py     one post, lists, the feed, earlier versions
reacting.py    reactions, to posts and to comments
commenting.py  comments
viewing.py     views, one or many
sharing.py     shares
"""
