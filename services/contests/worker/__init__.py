"""What happens without a request.

audience_copy.py  keeps this service's copy of people and groups, from their events
erasures.py       forgets erased people
scheduler.py      enters due phases, counts sealed votes
purge.py          takes away what was in groups that are gone
"""
