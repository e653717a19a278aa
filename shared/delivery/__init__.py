"""Delivery: from a command to its count, with nothing lost and nothing counted twice.

A command decides; the committer stores state and events in one transaction; the relay gives each
event of the log its sequence and sends it to Kafka; a consumer folds it, and stores marks with the
state that they belong to. docs/promise.md says what that guarantees.

command.py      the shape of every write: `reads`, `decide`, entities and changes
committer/      commands in batches, each batch in one transaction; idempotency
log.py          every event of a commit, in one document of the same transaction
relay/          from the log to Kafka: sequences first, then sending
consumer/       from Kafka to projections: exactly once, gaps noticed, dead letters set aside
consistency/    reading what one has written, in another service too
projections.py  what a service provides: the protocol, and most of it for typed events
dead_letters/   what couldn't be read or stored, until an operator decides
lease.py        one holder at a time
migrations.py   documents of earlier versions
mongo/          the one place that imports the driver
kafka/          the one place that opens connections to the broker
failpoints.py   named places where a fault test makes a process die or wait

This room knows nothing of the business: of events it knows the envelope and the topics, of refusals
their category. No posts, no groups, no access. (`projections.py` decodes events by the registry,
which knows all types; it looks at none of them.)
"""
