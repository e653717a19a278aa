"""What can be asked of contests, as functions over the store.

contests.py   a contest, lists of contests
entries.py    an entry, the entries of a contest
ballots.py    the voter's own ballot; the count of all
results.py    the published result
rolls.py      who may enter and who may vote at a moment

Nothing here looks at ballots but `ballots.py`, for the voter's own and for the scheduler's count.
No order, no count and no field of any answer depends on them before the publication.
"""
