/** A typed client of the Mitmach API: types and methods from its document, and what a document can't say. */
export { createMitmachClient, type MitmachClient, type MitmachOptions } from "./client.js";
export { watchLive, type LiveEvent, type WatchOptions } from "./live.js";
export { pages } from "./pages.js";
export { orThrow, ProblemError, type Problem } from "./problems.js";
export type { components, operations, paths } from "./schema.js";
export type { SendingOptions, TokenReason } from "./sending.js";
