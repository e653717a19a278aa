import assert from "node:assert/strict";
import test from "node:test";

import { createMitmachClient, orThrow, ProblemError, type SendingOptions } from "../src/index.js";

interface Sent {
  method: string;
  headers: Headers;
  body: string;
}

const problem = (status: number, slug: string, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify({ type: `urn:mitmach:problem:${slug}`, title: slug, status }), {
    status,
    headers: { "Content-Type": "application/problem+json", ...headers },
  });
const group = () => Response.json({ id: "0193" }, { status: 201 });

/** A client whose requests get these answers, one after the other; an error stands for no answer. */
function answered(answers: (Response | Error)[], options: Partial<SendingOptions> = {}) {
  const sent: Sent[] = [];
  const client = createMitmachClient({
    baseUrl: "http://api.example/",
    token: () => "first",
    ...options,
    fetch: async (request) => {
      sent.push({ method: request.method, headers: request.headers, body: await request.text() });
      const answer = answers.shift();
      if (answer instanceof Response) return answer;
      throw answer ?? new Error("nobody asked for this request");
    },
  });
  return { client, sent };
}

const body = { kind: "community", name: "Cyclists" } as const;
const params = { path: { group_id: "0193" } };

test("a POST is repeated after Retry-After, with its body, its token and the same key", async () => {
  const { client, sent } = answered([problem(503, "too-busy", { "Retry-After": "0" }), new Error("reset"), group()]);
  const made = await orThrow(client.POST("/v1/groups", { body }));
  assert.equal(made.id, "0193");
  assert.deepEqual(sent.map((one) => JSON.parse(one.body)), [body, body, body]);
  const keys = new Set(sent.map((one) => one.headers.get("Idempotency-Key")));
  assert.equal(keys.size, 1);
  assert.match([...keys][0] ?? "", /^[0-9a-f]{32}$/);
  assert.equal(sent[2]?.headers.get("Authorization"), "Bearer first");
});

test("two POSTs have two keys, and a key of one's own stays", async () => {
  const { client, sent } = answered([group(), group(), group()]);
  await client.POST("/v1/groups", { body });
  await client.POST("/v1/groups", { body });
  await client.POST("/v1/groups", { body, params: { header: { "Idempotency-Key": "mine" } } });
  const keys = sent.map((one) => one.headers.get("Idempotency-Key"));
  assert.equal(new Set(keys).size, 3);
  assert.equal(keys[2], "mine");
});

test("a refusal is repeated where waiting helps, and no other", async () => {
  const soon = problem(403, "person-not-active", { "Retry-After": "0" });
  const { client, sent } = answered([soon, problem(403, "not-allowed", {})]);
  const { response } = await client.GET("/v1/me");
  assert.equal(response.status, 403);
  assert.equal(sent.length, 2);
});

test("what asks for a longer wait than anybody has is answered at once", async () => {
  const { client, sent } = answered([problem(429, "quota-used-up", { "Retry-After": "40000" })]);
  const { error, response } = await client.POST("/v1/groups", { body });
  assert.equal(response.status, 429);
  assert.equal(error?.title, "quota-used-up");
  assert.equal(sent.length, 1);
});

test("after so many attempts the last answer counts", async () => {
  const busy = () => problem(503, "too-busy", { "Retry-After": "0" });
  const { client, sent } = answered([busy(), busy(), busy()], { attempts: 2 });
  await assert.rejects(orThrow(client.GET("/v1/me")), (error) => {
    assert(error instanceof ProblemError);
    assert.equal(error.slug, "too-busy");
    assert.equal(error.response.status, 503);
    return true;
  });
  assert.equal(sent.length, 2);
});

test("a refusal isn't repeated", async () => {
  const { client, sent } = answered([problem(403, "not-allowed")]);
  await assert.rejects(orThrow(client.POST("/v1/groups", { body })), { slug: "not-allowed" });
  assert.equal(sent.length, 1);
});

test("a token that is refused is asked for anew, once", async () => {
  const reasons: string[] = [];
  const token = (reason: string) => {
    reasons.push(reason);
    return reason === "refused" ? "second" : "first";
  };
  const { client, sent } = answered([problem(401, "token-expired"), group()], { token });
  await orThrow(client.GET("/v1/groups/{group_id}", { params }));
  assert.deepEqual(reasons, ["request", "refused"]);
  assert.deepEqual(sent.map((one) => one.headers.get("Authorization")), ["Bearer first", "Bearer second"]);

  const again = answered([problem(401, "token-expired"), problem(401, "token-expired"), group()], { token });
  await assert.rejects(orThrow(again.client.GET("/v1/groups/{group_id}", { params })), { slug: "token-expired" });
});

test("without an answer a PATCH isn't repeated, and a PUT is", async () => {
  const patch = answered([new Error("reset"), group()]);
  await assert.rejects(patch.client.PATCH("/v1/groups/{group_id}", { params, body: { name: "Riders" } }), /reset/);
  assert.equal(patch.sent.length, 1);

  const put = answered([new Error("reset"), Response.json({})]);
  await orThrow(put.client.PUT("/v1/groups/{group_id}/members/me", { params }));
  assert.deepEqual(put.sent.map((one) => one.method), ["PUT", "PUT"]);
  assert.equal(put.sent[0]?.headers.get("Idempotency-Key"), null);
});

test("whoever aborts doesn't wait", async () => {
  const { client, sent } = answered([problem(503, "too-busy", { "Retry-After": "20" })]);
  const began = Date.now();
  await assert.rejects(client.GET("/v1/me", { signal: AbortSignal.timeout(50) }), { name: "TimeoutError" });
  assert(Date.now() - began < 5000);
  assert.equal(sent.length, 1);
});

test("what a proxy answers is a problem too", async () => {
  const { client } = answered([new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway" })]);
  await assert.rejects(orThrow(client.GET("/v1/me")), { message: "502 Bad Gateway", slug: "blank" });
});

const wrote = (token: string) => Response.json({ id: "0193" }, { status: 201, headers: { "Consistency-Token": token } });
const tokens = (sent: Sent[]) => sent.map((one) => one.headers.get("Consistency-Token"));

test("the token of the last answer goes with all later requests, in the place of what they brought", async () => {
  const { client, sent } = answered([wrote("one"), group(), wrote("two"), group()]);
  for (let count = 0; count < 4; count += 1) await client.POST("/v1/groups", { body });
  assert.deepEqual(tokens(sent), [null, "one", "one", "two"]);
});

test("what was written at once is brought together, and then said by one token", async () => {
  const { client, sent } = answered([wrote("one"), wrote("two"), wrote("three"), group()]);
  await Promise.all([client.POST("/v1/groups", { body }), client.POST("/v1/groups", { body })]);
  await client.POST("/v1/groups", { body });
  await client.GET("/v1/groups/{group_id}", { params });
  assert.deepEqual(tokens(sent), [null, null, "one,two", "three"]);
});

test("a request that is repeated brings the token again, and one of one's own stays", async () => {
  const { client, sent } = answered([wrote("one"), problem(503, "not-caught-up", { "Retry-After": "0" }), group(), group()]);
  await client.POST("/v1/groups", { body });
  await client.GET("/v1/groups/{group_id}", { params });
  await client.GET("/v1/groups/{group_id}", { params: { ...params, header: { "Consistency-Token": "mine" } } });
  assert.deepEqual(tokens(sent), [null, "one", "one", "mine"]);
});

test("an old token isn't brought any more", async (context) => {
  context.mock.timers.enable({ apis: ["Date"] });
  const { client, sent } = answered([wrote("one"), group(), group()]);
  await client.POST("/v1/groups", { body });
  context.mock.timers.tick(599_000);
  await client.GET("/v1/groups/{group_id}", { params });
  context.mock.timers.tick(2_000);
  await client.GET("/v1/groups/{group_id}", { params });
  assert.deepEqual(tokens(sent), [null, "one", null]);
});
