"""What can be asked: functions over the store. Each answers only what the one who asks may see.

context.py    who asks, and which groups they see into
posts.py      one post, lists of posts, the feed
revisions.py  what a post said before
comments.py   the comments of a post
"""
