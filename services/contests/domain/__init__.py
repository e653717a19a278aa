"""The rules of a contest, pure: no clock, no chance, no database.

contest.py   what is stored of a contest, who organises it
rules.py     what is agreed before anyone enters: rules, times
phases.py    which phase follows when, what may be done in it
entry.py     what people enter, and its review
ballot.py    one person's sealed vote
tally.py     from ballots to a ranking
audience.py  who belongs where, copied from the groups service; who may enter, vote, organise
"""
