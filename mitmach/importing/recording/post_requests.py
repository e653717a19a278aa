"""Acts about posts and comments, as requests."""

from typing import Any

from mitmach.importing import acts
from mitmach.importing.causes import Sort
from mitmach.importing.recording.requests import Request, World


def post(world: World, act: acts.PostPublished) -> Request:
    """A post, for who belongs to its group at that moment."""
    group = world.ids.group_of_channel(act.channel)
    audience = "everyone" if group == "everyone" else f"members {group}"
    return Request(
        service="posts",
        operation="publish_post",
        actor=act.by,
        roles=world.held(act.by),
        id=world.ids.thing(Sort.POST, act.id),
        body={
            "channel_id": world.ids.thing(Sort.CHANNEL, act.channel),
            "format": act.format,
            "kind": act.type,
            "title": act.title,
            "text": act.text,
            "topics": list(act.topics),
            "media": [{"url": one.url, "alt": one.alt} for one in act.media],
        },
        reads=(
            f"person {act.by}",
            audience,
            "all groups",
            f"group {group}",
            f"channel {act.channel}",
        ),
        writes=(f"post {act.id}",),
    )


def comment(world: World, act: acts.CommentAdded) -> Request:
    """A comment, in the order of time: the first one answers the post."""
    body: dict[str, Any] = {"text": act.text}
    if act.parent is not None:
        body["parent_id"] = world.ids.thing(Sort.COMMENT, act.parent)
    return Request(
        service="posts",
        operation="add_comment",
        actor=act.by,
        roles=world.held(act.by),
        id=world.ids.thing(Sort.COMMENT, act.id),
        target=world.ids.thing(Sort.POST, act.post),
        body=body,
        reads=(*inside(world, act.post, act.by), f"post {act.post}"),
        writes=(f"thread {act.post}", f"comment {act.id}", f"done {act.post} {act.by}"),
    )


def edit(world: World, act: acts.Edited) -> Request:
    """Another wording of a post, or of a comment."""
    body: dict[str, Any] = {}
    for name in ("title", "text", "topics"):
        given = getattr(act, name)
        if given is not None and (act.post is not None or name == "text"):
            body[name] = list(given) if name == "topics" else given
    sort, key, post = target_of(world, act.post, act.comment)
    return Request(
        service="posts",
        operation="edit_post" if sort is Sort.POST else "edit_comment",
        actor=act.by,
        roles=world.held(act.by),
        target=world.ids.thing(sort, key),
        body=body,
        reads=(*inside(world, post, act.by), f"post {post}"),
        writes=(f"{sort.name.lower()} {key}",),
    )


def reaction(world: World, act: acts.Reacted | acts.ReactionTakenBack) -> Request:
    """A reaction, given or taken back."""
    sort, key, post = target_of(world, act.post, act.comment)
    given = isinstance(act, acts.Reacted)
    operation = {
        (Sort.POST, True): "react_to_post",
        (Sort.POST, False): "take_back_reaction",
        (Sort.COMMENT, True): "react_to_comment",
        (Sort.COMMENT, False): "take_back_comment_reaction",
    }[sort, given]
    return Request(
        service="posts",
        operation=operation,
        actor=act.by,
        roles=world.held(act.by),
        target=world.ids.thing(sort, key),
        body={"kind": act.reaction} if isinstance(act, acts.Reacted) else {},
        reads=(*inside(world, post, act.by), f"post {post}", f"{sort.name.lower()} {key}"),
        writes=(f"done {post} {act.by}",),
    )


def seen(world: World, act: acts.PostViewed | acts.PostShared) -> Request:
    """A view, or a share."""
    shared = isinstance(act, acts.PostShared)
    body = {}
    goes_to: tuple[str, ...] = ()
    if isinstance(act, acts.PostShared) and act.to_group is not None:
        body = {"to_group_id": world.ids.thing(Sort.GROUP, act.to_group)}
        goes_to = (f"group {act.to_group}", f"member {act.to_group} {act.by}")
    return Request(
        service="posts",
        operation="share_post" if shared else "view_post",
        actor=act.by,
        roles=world.held(act.by),
        target=world.ids.thing(Sort.POST, act.post),
        body=body,
        reads=(*inside(world, act.post, act.by), f"post {act.post}", *goes_to),
        writes=(f"done {act.post} {act.by}",),
    )


def delete(world: World, act: acts.Deleted) -> Request:
    """The end of a post, a comment or a group."""
    if act.group is not None:
        group = world.ids.thing(Sort.GROUP, act.group)
        actor, roles = world.by(act.by, "admin")
        return Request(
            service="groups",
            operation="delete_group",
            actor=actor,
            roles=roles,
            alone=("DELETE", f"/v1/groups/{group}"),
            reads=() if act.by is None else (f"person {act.by}",),
            writes=(f"group {act.group}", f"members {act.group}"),
        )
    sort, key, post = target_of(world, act.post, act.comment)
    by = act.by if act.by is not None else world.author(sort, key)
    actor, roles = world.by(by)
    thing = world.ids.thing(sort, key)
    reads = () if by is None else inside(world, post, by)
    if sort is Sort.COMMENT:  # which answer comes next is looked up for it
        return Request(
            service="posts",
            operation="delete_comment",
            actor=actor,
            roles=roles,
            alone=("DELETE", f"/v1/comments/{thing}"),
            reads=(*reads, f"post {post}"),
            # What its author has done with the post is less by it, whoever deletes it.
            writes=(
                f"thread {post}",
                f"comment {key}",
                f"done {post} {world.author(sort, key) or by}",
            ),
        )
    return Request(
        service="posts",
        operation="delete_post",
        actor=actor,
        roles=roles,
        target=thing,
        reads=reads,
        writes=(f"post {key}", f"thread {key}"),
    )


def inside(world: World, post: str, person: str) -> tuple[str, ...]:
    """What an act on a post depends on."""
    group = world.ids.group_of_channel(world.ids.channel_of_post(post))
    return (f"person {person}", f"member {group} {person}", f"group {group}")


def target_of(world: World, post: str | None, comment: str | None) -> tuple[Sort, str, str]:
    """What an act is about, and the post that this belongs to."""
    if comment is not None:
        return Sort.COMMENT, comment, world.ids.post_of_comment(comment)
    assert post is not None  # acts without a target were refused before
    return Sort.POST, post, post
