"""What can be asked, as functions over the store; each decides by itself who may know.

Lists take the position after which to go on and return one more than `limit` where there is more.

callers.py      who asks, and how they stand in front of a group
people.py       one person, the list of colleagues
groups.py       one group, the list of those that a person sees
memberships.py  members, requests, invitations
lookalikes.py   whose name can't be told from these
channels.py     one channel, a group's channels
"""
