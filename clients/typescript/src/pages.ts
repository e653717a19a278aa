import { orThrow } from "./problems.js";

interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

/** What a method of the client answers for a list. */
type PageAnswer<T> =
  | { data: Page<T>; error?: never; response: Response }
  | { data?: never; error: unknown; response: Response };

/**
 * All items of a list, page after page, each asked for when it is needed.
 *
 *     for await (const post of pages((cursor) => client.GET("/v1/feed", { params: { query: { ...cursor } } })))
 *
 * @param read Asks for the page that begins at the cursor; the first page has none.
 * @throws ProblemError
 */
export async function* pages<T>(
  read: (cursor: { cursor?: string }) => Promise<PageAnswer<T>>,
): AsyncGenerator<T, void, undefined> {
  let cursor: { cursor?: string } | undefined = {};
  while (cursor) {
    const page: Page<T> = await orThrow(read(cursor));
    yield* page.items;
    cursor = page.next_cursor ? { cursor: page.next_cursor } : undefined;
  }
}
