/**
 * A page that signs in, shows the feed, reacts, and follows the live totals: what a frontend does, in
 * as few lines as it takes. It may have another origin than the platform.
 */
import {
  createMitmachClient,
  orThrow,
  pages,
  ProblemError,
  watchLive,
  type components,
  type MitmachClient,
} from "../src/index.js";

type Post = components["schemas"]["PostView"] | components["schemas"]["ListedPostView"];
/** Counts, and what the reader has done: of a post, and of the answer to a change. */
type Standing = Pick<Post, "counts" | "mine"> | components["schemas"]["StandingView"];

const PAGE = 20;

function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`There is no #${id}`);
  return found as T;
}

const who = element("who");
const more = element<HTMLButtonElement>("more");

element<HTMLFormElement>("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  // A frontend asks its identity provider here, for each request anew. The token stays in memory.
  const token = element<HTMLInputElement>("token").value.trim();
  const client = createMitmachClient({
    baseUrl: element<HTMLInputElement>("address").value,
    token: () => token,
  });
  signIn(client).catch(tell);
});

async function signIn(client: MitmachClient): Promise<void> {
  // The first visit makes an invited person an active one; each is counted once a day.
  await orThrow(client.POST("/v1/me/visits"));
  const me = await orThrow(client.GET("/v1/me"));
  who.textContent = `Signed in as ${me.person.name || me.person.id}`;
  element("sign-in").hidden = true;
  follow(client).catch((error: unknown) => {
    element("live").textContent = `No live totals: ${reason(error)}`;
  });

  const posts = pages((cursor) => client.GET("/v1/feed", { params: { query: { limit: PAGE, ...cursor } } }));
  const next = async (): Promise<void> => {
    for (let shown = 0; shown < PAGE; shown += 1) {
      const { value, done } = await posts.next();
      more.hidden = done === true;
      if (done) return;
      element("feed").append(show(client, value));
    }
  };
  more.addEventListener("click", () => void next().catch(tell));
  await next();
}

/** A post with its count of likes, and a button that likes it or takes that back. */
function show(client: MitmachClient, post: Post): HTMLElement {
  const item = document.createElement("li");
  item.dataset["post"] = post.id;
  const title = document.createElement("h2");
  // Texts are texts, whatever somebody has written into them.
  title.textContent = post.title;
  const text = document.createElement("p");
  text.textContent = post.text;
  const like = document.createElement("button");
  const draw = ({ counts, mine }: Standing): void => {
    like.textContent = `👍 ${counts.reactions["like"] ?? 0}`;
    like.ariaPressed = String(mine.reaction === "like");
  };
  draw(post);
  like.addEventListener("click", () => {
    const params = { path: { post_id: post.id } };
    const change =
      like.ariaPressed === "true"
        ? orThrow(client.DELETE("/v1/posts/{post_id}/reaction", { params }))
        : orThrow(client.PUT("/v1/posts/{post_id}/reaction", { params, body: { kind: "like" } }));
    change.then(draw).catch(tell);
  });
  item.append(title, text, like);
  return item;
}

/** The live totals, for those who may see them. */
async function follow(client: MitmachClient): Promise<void> {
  for await (const { totals, deltas } of watchLive(client)) {
    const delta = deltas.events > 0 ? `, +${deltas.events}` : "";
    element("live").textContent = `${totals.events} events${delta}`;
  }
}

function reason(error: unknown): string {
  if (error instanceof ProblemError) return error.problem.detail ?? error.problem.title;
  return error instanceof Error ? error.message : String(error);
}

function tell(error: unknown): void {
  who.textContent = reason(error);
}
