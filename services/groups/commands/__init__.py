"""What can be done: per command what it must know, and what it decides. Pure.

people.py         invite, change, suspend, reinstate, erase
visits.py         be here, for the first time or again
groups.py         found, change, archive, restore, delete
membership.py     join, leave, remove, change a role
admission.py      ask, approve, decline, invite, accept
channels.py       open, change, archive
standing.py       what commands about a group share
housekeeping.py   what the service does by itself: the group of everyone, ends of memberships
"""
