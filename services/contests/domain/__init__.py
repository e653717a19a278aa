"""The rules of a contest, pure: no clock, no chance, no database.

contest.py   phases and their times, the rules fixed at announcement
entry.py     what people enter, and its review
ballot.py    one person's sealed vote
tally.py     from ballots to a ranking
audience.py  who belongs where, copied from the groups service; who may enter, vote, organise
"""
