import createClient, { type FetchOptions, type FetchResponse } from "openapi-fetch";
import type {
  FilterKeys,
  HttpMethod,
  MediaType,
  PathsWithMethod,
  RequiredKeysOf,
} from "openapi-typescript-helpers";

import type { paths } from "./schema.js";
import { sender, type SendingOptions } from "./sending.js";

export interface MitmachOptions extends SendingOptions {
  /** The address of the platform, for example `https://mitmach.example.org`. */
  baseUrl: string;
}

/** What goes with a call: parameters, the body, and what `fetch` takes, for example a signal. */
type Init<Path extends keyof paths, Method extends HttpMethod> = FetchOptions<FilterKeys<paths[Path], Method>>;

/**
 * One method of the client. openapi-fetch's own type lets fields and parameters pass that the API
 * doesn't know, and refuses: this one doesn't.
 */
type Call<Method extends HttpMethod> = <Path extends PathsWithMethod<paths, Method>>(
  path: Path,
  ...init: RequiredKeysOf<Init<Path, Method>> extends never
    ? [init?: Init<Path, Method>]
    : [init: Init<Path, Method>]
) => Promise<FetchResponse<paths[Path][Method] & Record<string, unknown>, object, MediaType>>;

/** One method per HTTP method, typed by the API's document: `client.GET("/v1/posts/{post_id}", ...)`. */
export interface MitmachClient {
  GET: Call<"get">;
  PUT: Call<"put">;
  POST: Call<"post">;
  PATCH: Call<"patch">;
  DELETE: Call<"delete">;
}

/**
 * A client of the API. It holds no connection, and no state but the token provider that it is given and
 * the last Consistency-Token.
 */
export function createMitmachClient(options: MitmachOptions): MitmachClient {
  return createClient<paths>({
    // The paths of the document begin with a slash.
    baseUrl: options.baseUrl.replace(/\/+$/, ""),
    fetch: sender(options),
  }) as MitmachClient;
}
