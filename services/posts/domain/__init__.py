"""Posts and what people do with them: entities, values, rules, refusals. Pure.

audience.py    who may see and do what: the service's copy of people, groups and channels
post.py        posts, their text, its history
comment.py     comments, one level of replies
engagement.py  what one person has done with one post: the exact "first" and "still"
"""
