import { until } from '../../../src/lab/wait.js';

export { within } from '../../../src/lab/wait.js';

const RETRY_MS = 15;

/**
 * Asks again until nothing is missing, and throws what is missing when the bound has passed.
 *
 * @param missing undefined when what is waited for is there
 */
export async function waitFor(
  what: string,
  boundMs: number,
  missing: () => string | undefined | Promise<string | undefined>,
): Promise<void> {
  let last: string | undefined;
  const isThere = async () => (last = await missing()) === undefined;
  if (!(await until(isThere, boundMs, RETRY_MS)))
    throw new Error(`${what}: not within ${boundMs} ms: ${last}`);
}
