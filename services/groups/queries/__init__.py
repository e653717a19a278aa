"""What can be asked, as functions over the store; each decides by itself who may know.

`read_...` answers one thing and refuses where there is none, `list_...` answers a page. Lists take
the position after which to go on and return one more than `limit` where there is more.

context.py      who asks, in front of which group
people.py       one person, the list of colleagues
groups.py       one group, the list of those that a person sees
memberships.py  members, requests, invitations
channels.py     one channel, a group's channels
confusables.py  whose name can't be told from these
"""
