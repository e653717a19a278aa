"""What the service does without a request: by events, or every few moments.

audience_copy.py      keeps what must be known of people, groups and channels
engagement_counts.py  counts reactions, comments, shares and views beside posts
readership.py         carries a group's visibility to its posts
cleanup.py            deletes what was in deleted groups and on deleted posts
erasures.py           forgets erased people
first_answers.py      looks again which comment answers a post first, after a deletion
"""
