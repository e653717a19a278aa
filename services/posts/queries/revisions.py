"""What a post said before it was edited."""

from services.posts.domain.post import PostRevision, revision_id
from services.posts.queries.posts import find_post
from shared.contract.access import Action
from shared.contract.principal import Principal
from shared.delivery.mongo import EntityStore


async def list_revisions(
    store: EntityStore, principal: Principal, post_id: str, *, before: int | None, limit: int
) -> list[PostRevision]:
    """What the post said in earlier versions, the latest first.

    Args:
        store: The posts service's database.
        principal: The person who asks.
        post_id: The post.
        before: The version below which the list begins; None: the present version.
        limit: How many versions at most.

    Raises:
        PostNotFound: There is no such post, or they may not see it.
        PostDeleted: They could see it while it was there.
    """
    post = await find_post(store, principal, post_id, Action.READ_HISTORY)
    below = post.version if before is None else min(before, post.version)
    versions = range(below - 1, max(below - 1 - limit, 0), -1)
    found = await store.get_many(
        PostRevision, [revision_id(post.id, version) for version in versions]
    )
    return sorted(found.values(), key=lambda revision: -revision.version)
