"""An organisation that has lived for a quarter, and lives on: through the public HTTP API.

organisation.py  who there is, when they come, how often, and whether they take part
groups.py        which groups there are, and how each fares
behaviour.py     who does what, how often and when, in numbers
texts.py         what is said
happenings.py    what can happen: the acts of an import, and the steps of a contest
world.py         what has come into being so far
structure.py, posting.py, visiting.py
                 the parts of a day
contest_plan.py  when the contest takes place, and who does what in it
quarter.py       all of it, day by day, from a seed
recording.py     records acts, as an import does
contest.py       takes the steps of the contest, each at its own time
playing.py       plays a quarter with both
living.py        life after it, in real time
client.py        a person's requests, their retries, and the receipts for what was acknowledged
report.py        what came of it, and whether the three counts agree
run.py           a run on a platform that is up
remote.py        a run on a platform elsewhere
"""
