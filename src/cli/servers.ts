import type { CommonOptions, Context } from './context.js';
import { EXIT, Failure } from './failure.js';

export const DEFAULT_SERVER = 'http://127.0.0.1:5235';

/** Those that the options, or else the environment, name. @throws Failure */
export function serversOf({ environment }: Context, { server }: CommonOptions): URL[] {
  return parseServers(server ?? (environment['RINGLET_SERVER'] || DEFAULT_SERVER));
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
