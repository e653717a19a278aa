import type { components } from "./schema.js";

/** What the API says instead of an answer (RFC 9457). Decide by `type`; `title` and `detail` are for people. */
export type Problem = components["schemas"]["Problem"];

/**
 * A refusal as an exception, from {@link orThrow} and the live stream.
 *
 * `P` is the problem of the operation that was called, so that `problem.type` is one of its own.
 */
export class ProblemError<P extends Problem = Problem> extends Error {
  override readonly name = "ProblemError";

  constructor(
    readonly problem: P,
    readonly response: Response,
  ) {
    super(`${problem.status} ${problem.title}${problem.detail ? `: ${problem.detail}` : ""}`);
  }

  /** What the type ends with: `post-not-found` of `urn:mitmach:problem:post-not-found`. */
  get slug(): string {
    return this.problem.type.slice(this.problem.type.lastIndexOf(":") + 1);
  }
}

/** What every method of the client answers: `data` of a success, else `error`. */
interface Answer {
  data?: unknown;
  error?: unknown;
  response: Response;
}

type Data<A extends Answer> = Extract<A, { error?: never }> extends { data: infer D } ? D : undefined;

/** The data of a success; a refusal is thrown as a {@link ProblemError}. */
export async function orThrow<A extends Answer>(asked: Promise<A>): Promise<Data<A>> {
  const answer = await asked;
  if (!answer.response.ok) {
    throw new ProblemError(problemOf(answer.error, answer.response), answer.response);
  }
  return answer.data as Data<A>;
}

/** The problem in an answer; one of our own where a proxy in between has answered something else. */
export function problemOf(error: unknown, response: Response): Problem {
  if (typeof error === "object" && error !== null && "type" in error && "title" in error) {
    return error as Problem;
  }
  const title = response.statusText || "The answer isn't one of the API";
  return { type: "about:blank", title, status: response.status } as Problem;
}
