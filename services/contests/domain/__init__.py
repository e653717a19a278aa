"""The rules of a contest, pure: no clock, no chance, no database.

contest.py              what is stored of a contest, and what can be done when
contest_transitions.py  how a contest goes on: drafted, announced, advanced, counted, cancelled
rules.py                what is agreed before anyone enters: rules, times
phases.py               which phase follows when
archival.py             what may still be done when a group is archived or deleted
roll.py                 who may vote is fixed when the vote opens
entry.py                what people enter
entry_transitions.py    what becomes of an entry: edited, withdrawn, accepted, rejected
rejection.py            why an entry was rejected, and by whom
participation.py        who enters doesn't decide, who decides doesn't enter
ballot.py               a person's sealed vote
tally.py                from ballots to a ranking
publication.py          what of a tally is published
visibility.py           who sees what of contests and entries
audience.py             people and groups, copied from the groups service
"""
