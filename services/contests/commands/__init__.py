"""What can be done, each as a command that decides purely.

context.py     what every command looks at first, and who sees what
events.py     the events: what the world is told of a contest
organising.py  create, change
advancing.py   announce, advance by hand, cancel
entering.py    submit, edit, withdraw, view
reviewing.py   accept, reject
voting.py      cast, replace, take back a ballot
clockwork.py   what the clock does: due phases, the tally's result
"""
