"""An organisation that comes alive: people, groups, a contest, through the public HTTP API.

organisation.py  who there is and what there is to talk about, from a seed
behaviour.py     who does what, how often and when: most read, some answer, few write
client.py        a person's requests, their retries, and the receipts for what was acknowledged
simulation.py    what all acts share: who is there, and what has come into being
groups.py, posts.py, contest.py
                 the acts
scenario.py      the acts in their order
report.py        what came of it, and whether the three counts agree
run.py           a run on a platform that is up
remote.py        a run on a platform elsewhere
"""
