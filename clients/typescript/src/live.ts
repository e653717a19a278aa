import { EventSourceParserStream } from "eventsource-parser/stream";

import type { MitmachClient } from "./client.js";
import { ProblemError, problemOf } from "./problems.js";
import type { components } from "./schema.js";
import { sleep } from "./sending.js";

type Counts = components["schemas"]["LiveCountsView"];

/** The headline totals, and how much each has grown since the event before. */
export interface LiveEvent extends Counts {
  /** Names what this event has shown; hand it to `watchLive` to go on from there. */
  id: string;
}

export interface WatchOptions {
  /** The `id` of the event that was shown last, perhaps by an earlier page. */
  lastEventId?: string;
  /** Ends the stream. */
  signal?: AbortSignal;
}

/**
 * The live stream, for as long as one may watch: where it breaks it is taken up again, and nothing is
 * missing in the deltas. `EventSource` can't send a token, so this is `fetch`.
 *
 * @throws ProblemError The API refuses the stream, or refuses to go on with it.
 */
export async function* watchLive(
  client: MitmachClient,
  options: WatchOptions = {},
): AsyncGenerator<LiveEvent, void, undefined> {
  const signal = options.signal ?? null;
  let lastEventId = options.lastEventId;
  let pause = 2; // seconds, until the API says otherwise
  while (!signal?.aborted) {
    try {
      const { data, error, response } = await client.GET("/v1/live", {
        params: { header: lastEventId === undefined ? {} : { "Last-Event-ID": lastEventId } },
        headers: { Accept: "text/event-stream" },
        parseAs: "stream",
        signal,
      });
      if (!response.ok || !data) throw new ProblemError(problemOf(error, response), response);
      // What `parseAs` makes of it; the type is that of the document.
      const events = (data as unknown as ReadableStream<Uint8Array>)
        .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
        .pipeThrough(new EventSourceParserStream({ onRetry: (wait) => (pause = wait / 1000) }));
      // Not every browser can iterate over a stream.
      const reader = events.getReader();
      try {
        for (let read = await reader.read(); !read.done; read = await reader.read()) {
          lastEventId = read.value.id ?? lastEventId;
          if (read.value.event !== "counted") continue;
          const counts: Counts = JSON.parse(read.value.data);
          yield { id: lastEventId ?? "", ...counts };
        }
      } finally {
        // Also where whoever reads has had enough.
        await reader.cancel().catch(() => undefined);
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof ProblemError) throw error;
      // The connection broke, or there is none for the moment.
    }
    await sleep(pause, signal).catch(() => undefined);
  }
}
