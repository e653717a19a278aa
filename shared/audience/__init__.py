"""The copy that services keep of people and groups, as the groups service tells of them by events.

A command of another service asks nobody who may do what: it reads that from documents of its own
database, which the service's worker keeps up to date from events.

    entities.py   what is stored: people, memberships and groups, and what access depends on
    news.py       what the events since the last flush say: the last word about each of them
    learn.py      what is so after the news, given what was so before; pure
    directory.py  whose a token is, for the API of each service
    logins.py     the copy of logins alone
    copy.py       reading what the news concern, and writing what has changed, in one transaction
    erasures.py   the loop that forgets the erased
    remains.py    what came back of them at the same moment

What a service keeps besides it adds in its own `worker/audience_copy.py`: posts count members and
copy channels, contests tell their contests who sees them.

A person is one document, and each of their memberships another: a command reads the one of the
group that it is about, in the round in which it reads the group, and somebody with a thousand
groups costs no more than anybody else.
(Memberships inside of the person were tried first: one read less, but every act of a person in many
groups carried all of them, and at the limit of a document their rights froze.)

The copy is a moment old at most, and a stale answer does no harm: it lets someone in, or keeps
someone out, a moment longer than the group does.

This package knows the contract and the delivery. What knows the database is imported by its own
name (all but `entities.py`, `news.py` and `learn.py`), so that what decides (`domain`, `commands`)
doesn't come to know it, too.
"""

from shared.audience.entities import (
    EVERYONE,
    ErasedPerson,
    Group,
    Login,
    Membership,
    Person,
    content_in,
    is_active,
    is_barred,
    membership_id,
)

__all__ = [
    "EVERYONE",
    "ErasedPerson",
    "Group",
    "Login",
    "Membership",
    "Person",
    "content_in",
    "is_active",
    "is_barred",
    "membership_id",
]
