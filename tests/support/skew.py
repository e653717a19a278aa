"""Two workers that hear of a membership and of an erasure at once, and both commit."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from services.contests.worker.audience_copy import ContestsAudienceCopy
from services.posts.worker.audience_copy import PostsAudienceCopy
from shared.contract.erasures import erasure_id
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import GroupCreated, MembershipJoined
from shared.contract.events.logins import LoginTold
from shared.contract.events.people import PersonErased, PersonInvited
from shared.delivery.mongo import Database, Mongo, Session, Transaction
from tests.support.identity import login_told
from tooling.sample_events import sample

AudienceCopy: TypeAlias = PostsAudienceCopy | ContestsAudienceCopy

GROUP = "01936f3e-0000-7000-8000-000000000001"


async def hear_at_once(
    mongo: Mongo, database: Database, copy: AudienceCopy, *, subject: str
) -> str:
    """Lets one flush store a membership and a login, and another one the erasure.

    Args:
        mongo: The connection.
        database: The database of the service, with its collections.
        copy: The service's copy of people and groups.
        subject: What the identity provider calls the person.

    Returns:
        The id of the person, whom the erasure has missed.
    """
    sessions = mongo.sessions(database)
    try:
        one, other = await sessions.open(), await sessions.open()
        await _flush(one, copy, [sample(GroupCreated, group_id=GROUP, visibility="secret")])
        login: LoginTold = login_told(subject)
        person = login.person
        assert person is not None
        joined = sample(
            MembershipJoined, group_id=GROUP, member=person, role="member", visibility="secret"
        )
        invited = sample(PersonInvited, person=person, account="human")
        gone = sample(PersonErased, person=person, erasure=erasure_id(person), texts="kept")
        async with one.transaction() as transaction:
            await _write(transaction, copy, [joined, login])
            await _flush(other, copy, [invited, gone])
            await transaction.commit()
        return person
    finally:
        await sessions.close()


async def _flush(session: Session, copy: AudienceCopy, told: Sequence[EventData]) -> None:
    async with session.transaction() as transaction:
        await _write(transaction, copy, told)
        await transaction.commit()


async def _write(transaction: Transaction, copy: AudienceCopy, told: Sequence[EventData]) -> None:
    news: Any = copy.state()
    for data in told:
        news.apply(data)
    await copy.write([("a partition", news)], transaction)
