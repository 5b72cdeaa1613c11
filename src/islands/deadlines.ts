/** What the head of an answer may take, with all islands asked at once. */
export const ASK_MS = 1_000;
/** The same on account of another island, which itself waits for no longer than that. */
const ASK_FOR_OTHERS_MS = 400;

/** For a question on account of a request that has come by these islands. */
export function deadlineMs(visited: readonly string[]): number {
  return visited.length > 0 ? ASK_FOR_OTHERS_MS : ASK_MS;
}
