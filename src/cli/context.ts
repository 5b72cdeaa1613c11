import type { Screen } from './progress.js';
import { DEFAULT_SERVER, parseServers, Servers } from './servers.js';

/** What a command has of the process that it runs in. */
export interface Context {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & Screen;
  /** Somebody wants the command to end. */
  readonly signal: AbortSignal;
}

/** The options that every command has. */
export interface CommonOptions {
  readonly server?: string;
  readonly token?: string;
  readonly json?: boolean;
}

/** Runs something that talks to the servers which the options, or else the environment, name. */
export async function withServers<T>(
  { environment, signal }: Context,
  options: CommonOptions,
  run: (servers: Servers) => Promise<T>,
): Promise<T> {
  const urls = parseServers(options.server ?? (environment['RINGLET_SERVER'] || DEFAULT_SERVER));
  const token = options.token ?? (environment['RINGLET_TOKEN'] || undefined);
  const servers = new Servers(urls, token, signal);
  try {
    return await run(servers);
  } finally {
    servers.close();
  }
}

/** One line about what was done: for programs, or in words. */
export function report(
  stream: NodeJS.WritableStream,
  { json }: CommonOptions,
  result: object,
  words: string,
): void {
  stream.write(`${json === true ? JSON.stringify(result) : words}\n`);
}
