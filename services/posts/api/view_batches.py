"""Views of many posts at once: what happens in different scopes is stored one after another.

What is told in one commit has one time. Told together, views in an open group and in others would
say that the aliases which somebody has in these belong together.
"""

from collections.abc import Awaitable, Callable, Sequence

from services.posts.commands.views import ViewPosts, ViewResult
from shared.contract.errors import Refusal
from shared.contract.principal import Principal
from shared.delivery.committer import CommandResult
from shared.delivery.consistency import Place


async def view_in_turn(
    execute: Callable[[ViewPosts], Awaitable[CommandResult]],
    charge: Callable[[], None],
    principal: Principal,
    post_ids: Sequence[str],
) -> CommandResult:
    """Executes one command where all posts are in open groups, and one for each other group.

    Which groups these are, the first command finds out: it leaves what isn't of the scope that it
    tells about. Where a later one is refused, what was acknowledged before it stands, and all that
    is left is refused with the same.

    Args:
        execute: Executes a command.
        charge: Called before each command but the first, which the request itself has paid for;
            may refuse.
        principal: The person who has seen the posts.
        post_ids: The posts, in any order.

    Returns:
        One `ViewResult` per post in the order of the posts, and the receipts in the same order.

    Raises:
        Refusal: The first command was refused: nothing is acknowledged.
    """
    outcome = await execute(ViewPosts(principal, tuple(post_ids)))
    if not outcome.reply.left:
        return outcome._replace(reply=outcome.reply.results)
    results: list[ViewResult | None] = [None] * len(post_ids)
    receipts: dict[int, tuple[str, Place]] = {}
    waiting: list[Sequence[int]] = [range(len(post_ids))]
    while True:
        places = waiting.pop(0)
        told = zip(outcome.event_ids, outcome.places, strict=True)
        for place, result in zip(places, outcome.reply.results, strict=True):
            results[place] = result
            if result is not None and result.status == "counted":
                receipts[place] = next(told)
        # More than once only for a group that was opened or closed meanwhile.
        waiting += [[places[at] for at in left] for left in outcome.reply.left.values()]
        if not waiting:
            break
        try:
            charge()
            outcome = await execute(ViewPosts(principal, tuple(post_ids[at] for at in waiting[0])))
        except Refusal as refusal:
            for at in (at for places in waiting for at in places):
                results[at] = ViewResult(
                    post_id=post_ids[at], status="refused", refusal=refusal.slug
                )
            break
    acknowledged = [receipts[place] for place in sorted(receipts)]
    return CommandResult(
        results,
        tuple(event_id for event_id, _ in acknowledged),
        places=tuple(where for _, where in acknowledged),
    )
