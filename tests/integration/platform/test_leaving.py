"""Who leaves, or is called something else, is that in every service within moments."""

from pathlib import Path

from tests.support.platform import Platform, Visitor, running_platform

EVERYWHERE = ("/v1/people", "/v1/posts", "/v1/contests", "/v1/kpis/definitions")
"""Something that every active person reads, of each service."""


async def refused_everywhere(visitor: Visitor, problem: str) -> None:
    """Waits until no service lets the visitor in, each for this reason."""
    for path in EVERYWHERE:
        assert await visitor.soon_refused("GET", path) == (403, problem), path


async def admitted_everywhere(visitor: Visitor) -> None:
    """Waits until every service lets the visitor in."""
    for path in EVERYWHERE:
        await visitor.eventually("GET", path)


async def written(author: Visitor) -> tuple[str, str]:
    """A group of the author's, and a post in it."""
    group = (await author.good("POST", "/v1/groups", {"kind": "community", "name": "Light"}))["id"]
    channel = (await author.good("GET", f"/v1/groups/{group}/channels"))["items"][0]["id"]
    body = {"channel_id": channel, "text": "Who comes?"}
    return group, (await author.eventually("POST", "/v1/posts", body))["id"]


async def test_who_has_left_gets_in_nowhere_and_what_they_wrote_stays(tmp_path: Path) -> None:
    async with running_platform(tmp_path) as platform:
        admin = await platform.visitor("the-admin", "admin")
        mia, otto = [await platform.visitor(name) for name in ("mia", "otto")]
        group, post = await written(mia)
        await otto.good("PUT", f"/v1/groups/{group}/members/me")
        await admitted_everywhere(mia)
        assert (await admin.good("POST", f"/v1/people/{mia.id}:leave"))["record"]["left_at"]
        await refused_everywhere(mia, "person-has-left")
        assert await mia.refused("POST", "/v1/me/visits") == (403, "person-has-left")
        assert (await otto.eventually("GET", f"/v1/posts/{post}"))["author_id"] == mia.id
        assert (await otto.good("GET", f"/v1/people/{mia.id}"))["id"] == mia.id
        members = f"/v1/groups/{group}/members"
        await otto.reads(
            members,
            lambda found: (
                [(one["person_id"], one["role"]) for one in found["items"]] == [(otto.id, "owner")]
            ),
        )
        await otto.reads(f"/v1/groups/{group}", lambda found: found["member_count"] == 1)
        await admin.reads(f"/v1/stats/groups/{group}", lambda found: found["members"] == 1)
        await admin.good("POST", f"/v1/people/{mia.id}:reinstate")
        await admitted_everywhere(mia)
        await otto.reads(members, lambda found: len(found["items"]) == 2)
        await admin.reads(f"/v1/stats/groups/{group}", lambda found: found["members"] == 2)


async def test_somebody_who_is_called_something_else_is_the_same_in_every_service(
    tmp_path: Path,
) -> None:
    async with running_platform(tmp_path) as platform:
        admin = await platform.visitor("the-admin", "admin")
        mia = await platform.visitor("mia")
        group, post = await written(mia)
        # The directory has renamed her, and she was here before anybody said so.
        renamed = await platform.visitor("mia.new")
        await admitted_everywhere(renamed)
        assert renamed.id != mia.id
        await said(admin, mia.id, "mia.new")
        await _is(platform, "mia.new", mia.id, post)
        assert (await renamed.good("GET", f"/v1/groups/{group}"))["mine"]["role"] == "owner"
        await refused_everywhere(mia, "person-not-active")
        other = (await admin.good("GET", f"/v1/people/{renamed.id}"))["record"]
        assert (other["status"], other["external_id"]) == ("left", None)
        # Of somebody erased nothing is left but that a token led to them.
        gone = await platform.visitor("otto")
        await admitted_everywhere(gone)
        await admin.good("POST", f"/v1/people/{gone.id}:erase")
        await refused_everywhere(gone, "person-was-erased")
        await said(admin, mia.id, "otto")
        await _is(platform, "otto", mia.id, post)
        await refused_everywhere(renamed, "person-not-active")


async def said(admin: Visitor, person_id: str, external_id: str) -> None:
    """Says what the identity provider calls somebody now."""
    path = f"/v1/people/{person_id}/external-id"
    after = await admin.good("PUT", path, {"external_id": external_id})
    assert after["record"]["external_id"] == external_id


async def _is(platform: Platform, name: str, person_id: str, post: str) -> None:
    """Waits until every service takes a token for this person's, who wrote the post."""
    visitor = platform.stranger(name)
    await admitted_everywhere(visitor)
    me = await visitor.reads("/v1/me", lambda found: found["person"]["id"] == person_id)
    assert me["person"]["record"]["external_id"] == name
    # Nobody but the author edits a post, or reads the figures of one.
    await visitor.eventually("PATCH", f"/v1/posts/{post}", {"text": f"Says {name}."})
    await visitor.eventually("GET", f"/v1/stats/posts/{post}")
