/** What the head of an answer may take, with all islands asked at once. */
const ASK_MS = 1_000;
/** The same on account of another island, which itself waits for no longer than that. */
const ASK_FOR_OTHERS_MS = 400;
/** What the island of a copy may take to say that it still holds; the rest is for asking all of them. */
export const CHECK_MS = ASK_MS - ASK_FOR_OTHERS_MS;

/** For a question of a read that has waited for so long already. */
export function restMs(waitedMs: number): number {
  return Math.max(ASK_MS - waitedMs, ASK_FOR_OTHERS_MS);
}

/** For a question on account of a request that has come by these islands. */
export function deadlineMs(visited: readonly string[]): number {
  return visited.length > 0 ? ASK_FOR_OTHERS_MS : ASK_MS;
}
