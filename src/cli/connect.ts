import { RingletClient, RingletError } from '../client/index.js';
import { type CommonOptions, type Context, tokenOf } from './context.js';
import { serversOf } from './servers.js';

const SECOND_MS = 1000;
/** A ring may need longer to choose a new primary; but when nobody has answered anything by then, nobody is there. */
const NOBODY_MS = 3000;

/**
 * Runs something that talks to a ring. Commands of one shell share its client, so that what it has learned of the ring
 * serves them all; one that names its own server gets its own.
 */
export async function withClient<T>(
  context: Context,
  options: CommonOptions,
  run: (client: RingletClient) => Promise<T>,
): Promise<T> {
  const isCommon = [options.server, options.token, options.timeout].every((value) => value === undefined);
  if (context.client !== undefined && isCommon) return run(context.client);
  const client = await connect(context, options);
  const running = run(client);
  try {
    if (options.timeout !== undefined) return await running;
    return await Promise.race([running, untilNobody(client, context.signal)]);
  } finally {
    client.close();
    // What it has begun is taken back before the command ends.
    await running.catch(() => undefined);
  }
}

/** The caller closes it. Rejects with a Failure or a RingletError. */
export async function connect(context: Context, options: CommonOptions): Promise<RingletClient> {
  const { timeout } = options;
  return new RingletClient({
    servers: await serversOf(context, options),
    token: tokenOf(context, options),
    ...(timeout === undefined ? {} : { deadlineMs: timeout * SECOND_MS }),
  });
}

/** Rejects when there is no server at all, and does nothing else. */
async function untilNobody(client: RingletClient, signal: AbortSignal): Promise<never> {
  try {
    await client.ring({ deadlineMs: NOBODY_MS, signal });
  } catch (error) {
    if (error instanceof RingletError && error.kind === 'unreachable') throw error;
  }
  return new Promise(() => undefined);
}
