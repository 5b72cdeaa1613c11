import { type DiscoverOptions, findServers } from '../client/index.js';
import type { CommonOptions, Context } from './context.js';
import { EXIT, Failure } from './failure.js';

export const DEFAULT_SERVER = 'http://127.0.0.1:5235';

/** Those that the options, or else the environment, name, or else those that are found. Rejects with a Failure or a RingletError. */
export async function serversOf(context: Context, { server }: CommonOptions): Promise<URL[]> {
  const named = server ?? (context.environment['RINGLET_SERVER'] || undefined);
  if (named !== undefined) return parseServers(named);
  const found = await findServers({ ...searchOf(context), signal: context.signal });
  return found.map((url) => new URL(url));
}

/** Where and how servers are looked for. */
export function searchOf({ environment }: Context): DiscoverOptions {
  const [group, secret] = [environment['MULTICAST_GROUP'], environment['RINGLET_SECRET']];
  return { ...(group && { group }), ...(secret && { secret }) };
}

function parseServers(text: string): URL[] {
  return text.split(',').map((word) => {
    const url = URL.canParse(word.trim()) ? new URL(word.trim()) : null;
    const isServer =
      url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '';
    if (isServer) return url;
    throw new Failure(
      `"${word.trim()}" is no server: give its URL, such as ${DEFAULT_SERVER}, or several separated by commas.`,
      EXIT.usage,
    );
  });
}
