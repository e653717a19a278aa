"""What can be done, each as a command that decides purely: access, rule, answer.

context.py         who acts, in front of which contest: what every command reads and checks first
events.py          what the world is told of a contest, its entries and its ballots
contests.py        create a contest, change a draft
contest_phases.py  announce, advance by hand, cancel
entries.py         submit, edit, withdraw, view
entry_reviews.py   accept, reject; reject together during the vote
ballots.py         cast, replace, take back a ballot
scheduled.py       what the scheduler does: due phases, the tally's result, the end with a group
"""
