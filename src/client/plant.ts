import { validateHeaderValue } from 'node:http';

import { parseSeeds } from './address.js';
import { Directory } from './directory.js';
import { Discovery } from './discovery.js';
import { RingletError } from './error.js';
import { Exchange } from './exchange.js';
import type { ClientOptions } from './options.js';
import { Slots } from './slots.js';
import { Life } from './span.js';
import { Wire } from './wire.js';

const DEFAULT_SERVER = 'http://127.0.0.1:5235';
const DEADLINE_MS = 10_000;
const ATTEMPT_MS = 700;
const MAX_SOCKETS = 64;

/** The parts of a client, put together. */
export interface Plant {
  readonly exchange: Exchange;
  readonly directory: Directory;
  readonly discovery: Discovery;
  readonly wire: Wire;
  readonly life: Life;
  readonly attemptMs: number;
  readonly deadlineMs: number;
  /** Of streams that last. */
  readonly watchSlots: Slots;
  end(reason: unknown): void;
}

/** @throws RingletError `bad_option` */
export function connect(options: ClientOptions): Plant {
  const { servers = DEFAULT_SERVER, discover = true, signal } = options;
  const deadlineMs = positive('deadlineMs', options.deadlineMs ?? DEADLINE_MS);
  const attemptMs = positive('attemptMs', options.attemptMs ?? ATTEMPT_MS);
  const maxSockets = positive('maxSockets', options.maxSockets ?? MAX_SOCKETS);
  if (options.token !== undefined && !isSendable(options.token))
    throw new RingletError(
      'usage',
      'bad_option',
      'The client was not made: the token has a character that no header can have.',
    );
  const directory = new Directory(parseSeeds(servers));
  const wire = new Wire(options);
  const discovery = new Discovery(directory, wire, attemptMs, discover);
  const life = new Life(deadlineMs);
  const exchange = new Exchange({ directory, discovery, wire, attemptMs }, life, new Slots(maxSockets));
  const end = (reason: unknown): void => {
    signal?.removeEventListener('abort', abort);
    life.end(reason);
    discovery.close();
    wire.close();
  };
  const abort = (): void => end(signal!.reason);
  if (signal?.aborted === true) abort();
  else signal?.addEventListener('abort', abort);
  const watchSlots = new Slots(maxSockets);
  return { exchange, directory, discovery, wire, life, attemptMs, deadlineMs, watchSlots, end };
}

function isSendable(token: string): boolean {
  try {
    validateHeaderValue('Authorization', token);
    return true;
  } catch {
    return false;
  }
}

function positive(name: string, value: number): number {
  if (value > 0) return value;
  throw new RingletError('usage', 'bad_option', `The client was not made: ${name} is a number above 0.`);
}
