"""People and groups: who takes part, in which groups, as what, and the channels of each group.

Owns      people (the only names and mail addresses of the platform), groups, memberships, channels;
          the record of erasures.
Emits     person.* on `mitmach.people.v1`; group.*, membership.* and channel.* on
          `mitmach.groups.v1`.
Consumes  its own events, to count members; what services say of erasures.
"""
