"""Posts, comments, reactions, views and shares.

Owns what is written, who reacted how, and the counts shown beside it. Emits `mitmach.posts.v1`.
Reads `mitmach.people.v1` and `mitmach.groups.v1` to know who may see and write what, and its own
topic to count.
"""
