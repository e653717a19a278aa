"""People, groups, who belongs to which, and channels: entities, values, rules, refusals. Pure.

people.py       one document per person; the only place of the platform that knows names
groups.py       groups, and the list of owners that keeps "a group is never without an owner" true
memberships.py  one document per group and person: asked, invited or a member
channels.py     the channels of a group
words.py        what a search compares
lookalikes.py   what a reader compares: names that look the same
"""
