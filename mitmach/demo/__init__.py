"""An organisation that comes alive: people, groups, a contest, through the public HTTP API.

organisation.py  who there is and what there is to talk about, from a seed
behaviour.py     who does what, how often and when: most read, some answer, few write
client.py        one person's requests, their retries, and the receipts for what was acknowledged
play.py          the story, act by act
report.py        what came of it, and whether the three counts agree
"""
