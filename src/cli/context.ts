import { type DiscoverOptions, findServers, type RingletClient } from '../client/index.js';
import type { Screen } from './progress.js';
import { parseServers, Servers } from './servers.js';

/** A stream that may be a terminal. */
export type Output = NodeJS.WritableStream & Screen & { readonly columns?: number };

/** What a command has of the process that it runs in. */
export interface Context {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absent where something else reads it, as the shell does. */
  readonly stdin?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  /** Somebody wants the command to end. */
  readonly signal: AbortSignal;
  /** That of the shell which the command runs in, which knows the ring already. */
  readonly client?: RingletClient;
  /** Gives the terminal to another program while this runs. Absent when nothing holds it. */
  readonly lendTerminal?: <T>(run: () => Promise<T>) => Promise<T>;
}

/** The options that every command has. */
export interface CommonOptions {
  readonly server?: string;
  readonly token?: string;
  readonly json?: boolean;
  /** Seconds. */
  readonly timeout?: number;
}

/** Runs something that talks to the servers which the options, or else the environment, name. */
export async function withServers<T>(
  context: Context,
  options: CommonOptions,
  run: (servers: Servers) => Promise<T>,
): Promise<T> {
  const servers = new Servers(await serversOf(context, options), tokenOf(context, options), context.signal);
  try {
    return await run(servers);
  } finally {
    servers.close();
  }
}

/** Those that are named, or else found. Rejects with a Failure or a RingletError. */
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

export function tokenOf({ environment }: Context, { token }: CommonOptions): string | undefined {
  return token ?? (environment['RINGLET_TOKEN'] || undefined);
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
