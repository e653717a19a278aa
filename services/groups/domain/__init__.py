"""People, groups, who belongs to which, and channels: entities, values, rules, refusals. Pure.

person.py        one document per person; the only place of the platform that knows names
profile.py       what an organisation tells about a person, and its words for that
registration.py  how people come to the platform: invited, or by themselves
group.py         groups, and the list of owners that keeps "a group is never without an owner" true
membership.py    one document per group and person: asked, invited or a member
joining.py       how people come into a group: join, request, invite
channel.py       the channels of a group
visibility.py    who sees what: the facts that access depends on
search.py        what a search compares: words without case and accents
confusables.py   what a reader compares: names that look the same
"""
