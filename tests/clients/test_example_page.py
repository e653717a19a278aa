"""The example page in a real browser, from another origin than the platform's."""

import asyncio
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.support.browser import needs_browser, static_site, what_a_page_tells
from tests.support.node import run_node_program
from tests.support.platform import Platform
from tooling.clients import TYPESCRIPT

pytestmark = [pytest.mark.tools, needs_browser, pytest.mark.asyncio(loop_scope="package")]

EXAMPLE = TYPESCRIPT / "example"

# Does what a visitor does, and tells the site what there was to see.
_VISITOR = """
const wait = async (found) => {
  for (let tries = 0; tries < 300; tries += 1) {
    const value = found();
    if (value) return value;
    await new Promise((soon) => setTimeout(soon, 100));
  }
  return null;
};
const text = (id) => document.getElementById(id).textContent;
const tell = (seen) => fetch("/told", { method: "POST", body: JSON.stringify(seen) });

document.getElementById("address").value = ADDRESS;
document.getElementById("token").value = TOKEN;
document.querySelector("#sign-in button").click();
const like = await wait(() => document.querySelector(`[data-post="${POST}"] button`));
if (!like) {
  await tell({ who: text("who"), feed: text("feed") });
} else {
  const before = like.textContent;
  like.click();
  await wait(() => like.ariaPressed === "true");
  const after = like.textContent;
  const first = await wait(() => text("live"));
  await wait(() => text("live") !== first);
  await tell({ who: text("who"), feed: text("feed"), before, after, live: [first, text("live")] });
}
"""


def site_of(folder: Path, values: dict[str, str]) -> None:
    """The example, bundled, with a visitor in it."""
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("page.js"))
    options = ("--bundle", "--format=esm", "--target=es2022", "--log-level=warning")
    run_node_program("esbuild", "example/page.ts", *options, f"--outfile={folder / 'page.js'}")
    constants = "".join(f"const {name} = {value!r};\n" for name, value in values.items())
    (folder / "visitor.js").write_text(constants + _VISITOR)
    page = (folder / "index.html").read_text()
    script = '<script type="module" src="visitor.js"></script>\n</html>'
    (folder / "index.html").write_text(page.replace("</html>", script))


async def visited(platform: Platform, folder: Path, port: int) -> Any:
    """What a visitor of the example sees, with a post to like, on a page of that origin."""
    author, visitor = [f"{name}-{uuid4().hex[:8]}" for name in ("eve", "ann")]
    post, visitor_id = await post_for(platform, author, visitor)
    token = platform.token(visitor, "analyst")
    site_of(folder / "page", {"ADDRESS": platform.address, "TOKEN": token, "POST": post})

    async def others_act() -> None:
        while True:  # so that the live totals move
            await platform.visitor(f"guest-{uuid4().hex[:8]}")
            await asyncio.sleep(0.5)

    acting = asyncio.create_task(others_act())
    try:
        async with static_site(folder / "page", port) as site:
            seen = await what_a_page_tells(site, "index.html", folder / "profile")
            return {"visitor": visitor_id} | seen
    finally:
        acting.cancel()


async def post_for(platform: Platform, author: str, visitor: str) -> tuple[str, str]:
    """The ids of a post in the visitor's feed, and of the visitor."""
    eve = await platform.visitor(author)
    group = await eve.good("POST", "/v1/groups", {"kind": "community", "name": f"Of {author}"})
    ways = {"kind": "discussion", "name": "Ways"}
    channel = await eve.good("POST", f"/v1/groups/{group['id']}/channels", ways)
    body = {"channel_id": channel["id"], "title": "Friday", "text": "<b>Who</b> shares a ride?"}
    post = await eve.eventually("POST", "/v1/posts", body)
    ann = await platform.visitor(visitor)
    await ann.good("PUT", f"/v1/groups/{group['id']}/members/me")
    await ann.reads("/v1/feed", lambda page: page["items"])
    return str(post["id"]), ann.id


async def test_a_page_of_another_origin_signs_in_reacts_and_follows(
    platform: Platform, named_port: int, tmp_path: Path
) -> None:
    seen = await visited(platform, tmp_path, named_port)
    assert seen["who"] == f"Signed in as {seen['visitor']}"
    assert "<b>Who</b> shares a ride?" in seen["feed"]
    assert (seen["before"], seen["after"]) == ("👍 0", "👍 1")
    first, second = seen["live"]
    assert first != second
    assert int(second.split()[0]) >= int(first.split()[0]) > 0


@pytest.mark.faults_long
async def test_a_page_whose_origin_nobody_has_named_reads_nothing(
    platform: Platform, tmp_path: Path
) -> None:
    seen = await visited(platform, tmp_path, 0)
    assert seen["feed"] == ""
    assert "fetch" in seen["who"].lower()
