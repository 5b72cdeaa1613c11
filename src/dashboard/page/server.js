/* Asking this server, which may be away: the last answer stays, and it is asked again until it is back. */
const EVERY_MS = 2000;
const TIMEOUT_MS = 4000;
const LONGEST_WAIT_MS = 10_000;

/** Where something of this server is. A token in the page's own address must not be in it: browsers refuse that. */
export function addressOf(path) {
  return new URL(path, `${location.origin}${location.pathname}`).href;
}

/** Why an answer cannot be used, in a sentence for people. */
export class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

/** The JSON at a path of this server. */
export async function ask(path) {
  const response = await fetch(addressOf(path), {
    cache: 'no-store',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status === 401)
    throw new Refused(401, 'This server asks for a token. Load the page again to give one.');
  const answer = await response.json();
  if (!response.ok)
    throw new Refused(response.status, answer.title ?? `The server answered ${response.status}.`);
  return answer;
}

/** Asks for the ring again and again. `told(report)` or `lost(error, retryInMs)` follow each time. */
export class Poll {
  #told;
  #lost;
  #failures = 0;
  #timer = 0;

  constructor(told, lost) {
    this.#told = told;
    this.#lost = lost;
  }

  /** Asks now instead of when it would be time. */
  now() {
    clearTimeout(this.#timer);
    void this.#ask();
  }

  async #ask() {
    let waitMs = EVERY_MS;
    try {
      const report = await ask('ring');
      this.#failures = 0;
      this.#told(report);
    } catch (error) {
      waitMs = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** this.#failures++);
      this.#lost(error, waitMs);
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), waitMs);
  }
}
