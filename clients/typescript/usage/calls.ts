/** What a frontend does all day. Nothing here runs: it must compile, and tests/contract/clients says so. */
import { createMitmachClient, orThrow, pages, ProblemError, watchLive } from "../src/index.js";

const client = createMitmachClient({ baseUrl: "https://mitmach.example.org", token: () => "..." });

export async function firstVisit(): Promise<string> {
  await orThrow(client.POST("/v1/me/visits"));
  const me = await orThrow(client.GET("/v1/me"));
  return me.person.name;
}

export async function publish(channelId: string): Promise<string> {
  const post = await orThrow(
    client.POST("/v1/posts", { body: { channel_id: channelId, text: "Who shares a ride on Friday?" } }),
  );
  return post.id;
}

export async function publishLink(channelId: string): Promise<string> {
  const { data, error } = await client.POST("/v1/posts", {
    params: { header: { "Idempotency-Key": "b2f1c0" } },
    body: {
      channel_id: channelId,
      format: "link",
      title: "The new canteen",
      media: [{ url: "https://example.org/plan" }],
    },
  });
  if (error) throw new Error(error.detail);
  return data.id;
}

export async function editOnlyTheTitle(postId: string): Promise<void> {
  const { response } = await client.GET("/v1/posts/{post_id}", { params: { path: { post_id: postId } } });
  await orThrow(
    client.PATCH("/v1/posts/{post_id}", {
      params: { path: { post_id: postId }, header: { "If-Match": response.headers.get("ETag") ?? "*" } },
      body: { title: "A better title" },
    }),
  );
}

export async function renameContest(contestId: string): Promise<string> {
  const contest = await orThrow(
    client.PATCH("/v1/contests/{contest_id}", {
      params: { path: { contest_id: contestId } },
      body: { title: "Best idea of the year" },
    }),
  );
  return contest.kind;
}

export async function createIdeaContest(groupId: string): Promise<string> {
  const contest = await orThrow(
    client.POST("/v1/contests", { body: { title: "Ideas", kind: "idea", group_id: groupId } }),
  );
  return contest.id;
}

export async function newest(): Promise<string[]> {
  const page = await orThrow(client.GET("/v1/feed", { params: { query: { limit: 10 } } }));
  return page.items.map((post) => post.title ?? "");
}

export async function everyPostOf(channelId: string): Promise<number> {
  let count = 0;
  const posts = pages((cursor) =>
    client.GET("/v1/posts", { params: { query: { channel_id: channelId, limit: 100, ...cursor } } }),
  );
  for await (const post of posts) count += post.counts.comments;
  return count;
}

export async function react(postId: string): Promise<void> {
  await orThrow(
    client.PUT("/v1/posts/{post_id}/reaction", { params: { path: { post_id: postId } }, body: { kind: "like" } }),
  );
}

export async function comment(postId: string): Promise<string> {
  const params = { path: { post_id: postId } };
  const added = await orThrow(client.POST("/v1/posts/{post_id}/comments", { params, body: { text: "I do." } }));
  return added.id;
}

export async function vote(contestId: string, entryId: string): Promise<void> {
  const params = { path: { contest_id: contestId } };
  await orThrow(client.PUT("/v1/contests/{contest_id}/ballot", { params, body: { entry_ids: [entryId] } }));
}

export async function createGroup(): Promise<string> {
  const group = await orThrow(client.POST("/v1/groups", { body: { kind: "community", name: "Cyclists" } }));
  return group.id;
}

export async function stickiness(): Promise<number | null> {
  const kpi = await orThrow(client.GET("/v1/kpis/{name}", { params: { path: { name: "stickiness" } } }));
  return kpi.value ?? null;
}

export async function joinOrAsk(groupId: string): Promise<"member" | "asked"> {
  const params = { path: { group_id: groupId } };
  try {
    await orThrow(client.PUT("/v1/groups/{group_id}/members/me", { params }));
    return "member";
  } catch (error) {
    if (!(error instanceof ProblemError) || error.slug !== "approval-needed") throw error;
    await orThrow(client.POST("/v1/groups/{group_id}/requests", { params, body: {} }));
    return "asked";
  }
}

export async function leave(groupId: string): Promise<string> {
  const { error } = await client.DELETE("/v1/groups/{group_id}/members/me", { params: { path: { group_id: groupId } } });
  if (error === undefined) return "left";
  // The problems of this operation, and no others.
  return error.type === "urn:mitmach:problem:last-owner" ? "Name another owner first." : error.detail;
}

export async function follow(signal: AbortSignal): Promise<void> {
  for await (const { totals, deltas } of watchLive(client, { signal })) {
    console.log(totals.events, deltas.ballots);
  }
}
