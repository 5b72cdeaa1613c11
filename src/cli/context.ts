import type { RingletClient } from '../client/index.js';
import type { Screen } from './progress.js';

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
