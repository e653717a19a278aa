"""Posts, comments, reactions, views and shares.

Owns      what is written, who reacted how, and the counts shown beside it.
Emits     post.*, comment.*, reaction.* and first_response.corrected on `mitmach.posts.v1`.
Consumes  people and groups, to know who may see and write what; its own topic, to count.
"""
