"""What more than one service uses, in four rooms.

contract/  what the services promise each other and their callers: events, refusals, access
delivery/  from a command to its count, exactly once: committer, log, relay, consumer
web/       requests: who asks, whether they may ask now, and what they are answered
runtime/   what a process is made of: settings, telemetry, health, roles

`audience` stands beside them: what every service knows of people and groups, folded from events.
"""
