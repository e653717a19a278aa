"""What can be done: per command what it must know, and what it decides. Pure.

A `decide` reads as access, rule, answer: may the caller do it, what does the domain make of it, and
what is stored, told and replied.

context.py              what commands read and check first: who acts, in front of which group
events.py               what the world is told
people.py               invite, change, suspend, reinstate, erase
visits.py               visit, for the first time or again
groups.py               found, change, archive, restore, delete
members.py              join, leave, remove, change a role
membership_requests.py  request, withdraw, approve, decline
invitations.py          invite, revoke, accept, decline
channels.py             open, change, archive
everyone.py             makes the group of everyone
account_changes.py      carries erasures and suspensions of people to their memberships
external_ids.py         has somebody be found by another name of the identity provider's
leaving.py              has people leave the organisation, and carries that to their memberships
"""
