/** Calls that must not compile: each expects its error, and one that comes to compile is an error itself. */
import { createMitmachClient, orThrow, pages } from "../src/index.js";

const client = createMitmachClient({ baseUrl: "https://mitmach.example.org", token: () => "..." });
const post = { path: { post_id: "0193..." } };

export async function mistakes(): Promise<void> {
  // @ts-expect-error There is no such path.
  await client.GET("/v1/post");

  // @ts-expect-error A post isn't put.
  await client.PUT("/v1/posts/{post_id}", { params: post, body: { title: "x" } });

  // @ts-expect-error Which post?
  await client.GET("/v1/posts/{post_id}");

  // @ts-expect-error A post stands in a channel.
  await client.POST("/v1/posts", { body: { text: "Hello" } });

  // @ts-expect-error There is no such kind of reaction.
  await client.PUT("/v1/posts/{post_id}/reaction", { params: post, body: { kind: "shrug" } });

  // @ts-expect-error A change of a post can't move it, and unknown fields are refused.
  await client.PATCH("/v1/posts/{post_id}", { params: post, body: { channel_id: "0193..." } });

  // @ts-expect-error `limit` is a number.
  await client.GET("/v1/feed", { params: { query: { limit: "ten" } } });

  // @ts-expect-error Posts aren't searched here, and unknown parameters are refused.
  await client.GET("/v1/posts", { params: { query: { channel_id: "0193...", q: "coffee" } } });

  // @ts-expect-error Nobody writes a count.
  await client.PATCH("/v1/posts/{post_id}", { params: post, body: { counts: { views: 5 } } });

  // @ts-expect-error A post has no author's name.
  (await orThrow(client.GET("/v1/posts/{post_id}", { params: post }))).author_name;

  const { data } = await client.GET("/v1/me");
  // @ts-expect-error There may be an error instead.
  data.person;

  const { error } = await client.GET("/v1/posts/{post_id}", { params: post });
  // @ts-expect-error Reading a post has no such problem.
  if (error?.type === "urn:mitmach:problem:ballot-not-found") return;

  // @ts-expect-error One post is no list.
  pages(() => client.GET("/v1/posts/{post_id}", { params: post }));

  // @ts-expect-error An address is needed.
  createMitmachClient({ token: () => "..." });
}
