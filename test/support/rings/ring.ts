import { Test } from '@nestjs/testing';

import { createServer, type ServerOptions } from '../../../src/app.js';
import { FATAL } from '../../../src/ring/index.js';
import type { RingletServer } from '../../../src/server.js';
import { until } from './until.js';

const ENVIRONMENT = {
  HOST: '127.0.0.1',
  PORT: '0',
  RING_PORT: '0',
  LOG_LEVEL: 'error',
  PROBE_INTERVAL_MS: '50',
};
const HIGHEST_PRIORITY = 100;

export type RingOptions = ServerOptions & { readonly environment?: Readonly<Record<string, string>> };

/** Real servers in this process, with real TCP between them and to their clients. */
export class TestRing {
  private readonly running: RingletServer[] = [];
  private started = 0;

  constructor(private readonly options: RingOptions) {}

  /** Those that run, in the order of their start: the first was the founder. */
  get servers(): readonly RingletServer[] {
    return this.running;
  }

  get urls(): string[] {
    return this.running.map(({ identity }) => identity.url);
  }

  get primary(): RingletServer {
    const name = this.running[0]!.ring.status().view!.members[0]!.name;
    return this.running.find(({ identity }) => identity.name === name)!;
  }

  get backups(): RingletServer[] {
    return this.running.filter((server) => server !== this.primary);
  }

  /** Starts one more, which joins by all that run; `more`: what only this one is told. */
  async add(more: Readonly<Record<string, string>> = {}): Promise<RingletServer> {
    const peers = this.running.map(({ identity }) => identity.ring).join(',');
    const number = ++this.started;
    const own = { NAME: `server-${number}`, PRIORITY: String(HIGHEST_PRIORITY - number), PEER: peers };
    const server = await createTestServer(
      { ...ENVIRONMENT, ...own, ...this.options.environment, ...more },
      this.options,
    );
    await server.start();
    this.running.push(server);
    return server;
  }

  /** All that run are in one view of exactly themselves, and may answer. */
  settled(): Promise<void> {
    return untilSettled(this.running);
  }

  /** One ends as a crash would end it. */
  async crash(server: RingletServer): Promise<void> {
    this.forget(server);
    await server.abort();
  }

  /** It has ended, or is about to, by itself. */
  forget(server: RingletServer): void {
    this.running.splice(this.running.indexOf(server), 1);
  }

  async stop(): Promise<void> {
    for (const server of this.running.toReversed()) await this.crash(server);
  }
}

/** A ring of `size` servers that agree. */
export async function startRing(size: number, options: RingOptions = {}): Promise<TestRing> {
  const ring = new TestRing(options);
  for (let count = 0; count < size; count++) await ring.add();
  await ring.settled();
  return ring;
}

/** What stands in for a provider of the application. */
export type Replacement = readonly [token: unknown, value: unknown];

/** A broken invariant ends the test, not the process that runs it. */
export function createTestServer(
  environment: Readonly<Record<string, string>>,
  options: ServerOptions = {},
  replacements: readonly Replacement[] = [],
): Promise<RingletServer> {
  return createServer(environment, {
    logger: false,
    createApplication: async (module, adapter, settings) => {
      const builder = Test.createTestingModule({ imports: [module] });
      for (const [token, value] of [[FATAL, rethrow], ...replacements] as const)
        builder.overrideProvider(token).useValue(value);
      const compiled = await builder.compile();
      return compiled.createNestApplication(adapter, settings);
    },
    ...options,
  });
}

/** All are in one view of exactly themselves, and may answer. */
export async function untilSettled(servers: readonly RingletServer[]): Promise<void> {
  const size = servers.length;
  await until(`${size} servers agree`, () => {
    const all = servers.map(({ ring }) => ring.status());
    return all.every(
      ({ phase, full, hasLease, choosing, view }) =>
        phase === 'member' && full && hasLease && !choosing && view?.members.length === size,
    );
  });
}

function rethrow(error: unknown): never {
  throw error;
}
