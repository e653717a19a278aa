"""People and groups: who takes part, in which groups, as what, and the channels of each group.

Owns people (the only names and mail addresses of the platform), groups, memberships, channels.
Emits `mitmach.person.*`, `mitmach.group.*`, `mitmach.membership.*`, `mitmach.channel.*`.
Consumes its own events, to count members.
"""
