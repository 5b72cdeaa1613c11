import { RingletClient } from '../client/index.js';
import { type CommonOptions, type Context, serversOf, tokenOf } from './context.js';

const SECOND_MS = 1000;

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
  try {
    return await run(client);
  } finally {
    client.close();
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
