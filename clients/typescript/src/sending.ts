/** Why a token is asked for: an ordinary request, or one whose token was refused a moment ago. */
export type TokenReason = "request" | "refused";

export interface SendingOptions {
  /**
   * Gives the access token, for each request anew: keep it in memory until it is about to expire.
   * After a 401 it is asked once more, with the reason "refused", for a new one.
   */
  token: (reason: TokenReason) => string | Promise<string>;
  /** How often a request is sent at most, while the API says "later" or nothing. */
  attempts?: number;
  /** Seconds of `Retry-After` that are waited for; what asks for more (a quota of the day) is answered at once. */
  longestWait?: number;
  /** Sends one request; the browser's own by default. */
  fetch?: (request: Request) => Promise<Response>;
}

// Seconds before the second attempt where the answer names none; doubled each time.
const FIRST_PAUSE = 0.25;

// Consistency tokens that go with a request at most, and how long the API looks at one: milliseconds.
const MOST_TOKENS = 8;
const MEMORY = 600_000;

/**
 * What this client has written, so that every service knows of it: the token of the last answer, which
 * says what those said that its request brought, too. There are several while requests run at once.
 */
class Written {
  readonly #tokens = new Map<string, number>();

  /** The tokens to send now. */
  brought(): string[] {
    for (const [token, since] of this.#tokens) {
      if (Date.now() - since > MEMORY) this.#tokens.delete(token);
    }
    return [...this.#tokens.keys()].slice(-MOST_TOKENS);
  }

  /** Keeps the token of an answer in the place of those that its request has brought. */
  keep(brought: string[], answer: Response): void {
    const token = answer.headers.get("Consistency-Token");
    if (token === null) return;
    for (const one of brought) this.#tokens.delete(one);
    this.#tokens.set(token, Date.now());
  }
}

/**
 * Sends requests as the API wants them: with a token, and an Idempotency-Key for each POST (what else
 * changes something may be repeated by its nature). 429 and 503 are repeated after `Retry-After`, and
 * so is a 403 that names it: a first visit hasn't been heard of there. Repeated too are requests
 * without any answer, but for PATCH: of that nobody knows whether the version that it names is its own.
 * What an answer says of what was written goes with all later requests (`Consistency-Token`).
 */
export function sender(options: SendingOptions): (request: Request) => Promise<Response> {
  const { token, attempts = 4, longestWait = 30, fetch: send = (request) => fetch(request) } = options;
  const written = new Written();

  return async (request) => {
    if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
      request.headers.set("Idempotency-Key", newKey());
    }
    const own = request.headers.has("Consistency-Token");
    let reason: TokenReason = "request";
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt >= attempts;
      // A body can be sent once, so each attempt sends a copy.
      const copy = last ? request : request.clone();
      copy.headers.set("Authorization", `Bearer ${await token(reason)}`);
      const brought = own ? [] : written.brought();
      if (brought.length > 0) copy.headers.set("Consistency-Token", brought.join(","));
      let pause = FIRST_PAUSE * 2 ** (attempt - 1);
      try {
        const answer = await send(copy);
        written.keep(brought, answer);
        if (answer.status === 401 && reason === "request" && !last) {
          reason = "refused";
          await answer.body?.cancel();
          continue;
        }
        if (last || !mayWait(answer)) return answer;
        const asked = Number(answer.headers.get("Retry-After") ?? pause);
        if (!(asked <= longestWait)) return answer;
        pause = Math.max(pause, asked);
        await answer.body?.cancel();
      } catch (error) {
        if (last || request.signal.aborted || request.method === "PATCH") throw error;
      }
      // Not all at once, where many were told the same.
      await sleep(pause * (1 + Math.random() / 4), request.signal);
    }
  };
}

/** Whether the API says "later": it is too much now, or it hasn't heard of a first visit yet. */
function mayWait(answer: Response): boolean {
  return answer.status === 429 || answer.status === 503 || (answer.status === 403 && answer.headers.has("Retry-After"));
}

/** A key that nobody else has. `crypto.randomUUID` isn't there on pages without TLS. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Waits so many seconds; ends early, by its reason, when the signal is aborted. */
export function sleep(seconds: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, seconds * 1000);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
