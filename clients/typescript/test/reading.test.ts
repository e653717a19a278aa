import assert from "node:assert/strict";
import test from "node:test";

import { createMitmachClient, pages, watchLive, type LiveEvent } from "../src/index.js";

/** A client whose requests are answered by a function of them. */
function client(answer: (request: Request) => Response) {
  return createMitmachClient({
    baseUrl: "http://api.example",
    token: () => "a token",
    fetch: async (request) => answer(request),
  });
}

const stream = (text: string): Response => new Response(text, { headers: { "Content-Type": "text/event-stream" } });
const counted = (id: string): string =>
  `id: ${id}\nevent: counted\ndata: {"totals": {"events": ${id.length}}, "deltas": {"events": 1}}\n\n`;

test("pages follow one another, and the next one is asked for when it is needed", async () => {
  const asked: string[] = [];
  const reader = client((request) => {
    const cursor = new URL(request.url).searchParams.get("cursor");
    asked.push(`${cursor}`);
    const items = cursor === "b" ? [{ id: "3" }] : [{ id: "1" }, { id: "2" }];
    return Response.json({ items, next_cursor: cursor === null ? "a" : cursor === "a" ? "b" : null });
  });
  const posts = pages((cursor) => reader.GET("/v1/feed", { params: { query: { limit: 2, ...cursor } } }));
  const found: string[] = [];
  for await (const post of posts) {
    found.push(post.id);
    if (found.length === 2) assert.deepEqual(asked, ["null"]);
  }
  assert.deepEqual(found, ["1", "2", "1", "2", "3"]);
  assert.deepEqual(asked, ["null", "a", "b"]);
});

test("a list that is refused throws", async () => {
  const reader = client(() => Response.json({ type: "urn:mitmach:problem:not-visible", title: "x" }, { status: 404 }));
  await assert.rejects(pages(() => reader.GET("/v1/feed")).next(), { slug: "not-visible" });
});

test("a stream that breaks goes on behind the event that was shown last, until it is refused", async () => {
  const from: (string | null)[] = [];
  const watched = client((request) => {
    from.push(request.headers.get("Last-Event-ID"));
    if (from.length === 1) return stream(`retry: 1\n\n${counted("1")}: nothing\n\n${counted("1.2")}id: 9\nevent: co`);
    if (from.length === 2) return stream(`event: other\ndata: {}\n\n${counted("1.2.3")}`);
    return Response.json({ type: "urn:mitmach:problem:not-allowed", title: "x", status: 403 }, { status: 403 });
  });
  const seen: LiveEvent[] = [];
  await assert.rejects(
    async () => {
      for await (const event of watchLive(watched)) seen.push(event);
    },
    { slug: "not-allowed" },
  );
  assert.deepEqual(seen.map((event) => event.id), ["1", "1.2", "1.2.3"]);
  assert.deepEqual(seen[2], { id: "1.2.3", totals: { events: 5 }, deltas: { events: 1 } });
  assert.deepEqual(from, [null, "1.2", "1.2.3"]);
});

test("a stream begins where an earlier page has ended, and ends when it is told to", async () => {
  const from: (string | null)[] = [];
  const end = new AbortController();
  const watched = client((request) => {
    from.push(request.headers.get("Last-Event-ID"));
    return stream(`retry: 600000\n\n${counted("5")}`);
  });
  for await (const event of watchLive(watched, { lastEventId: "4", signal: end.signal })) {
    assert.equal(event.id, "5");
    setTimeout(() => end.abort(), 20);
  }
  assert.deepEqual(from, ["4"]);
});

test("a stream is let go of when nobody reads it any more", async () => {
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode(counted("1"))),
    cancel: () => {
      cancelled = true;
    },
  });
  for await (const _ of watchLive(client(() => new Response(endless)))) break;
  await new Promise((soon) => setTimeout(soon, 50));
  assert(cancelled);
});
