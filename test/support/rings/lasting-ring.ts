import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { LoggerService } from '@nestjs/common';

import { CORE_FACTORY } from '../../../src/ring/index.js';
import type { RingletServer } from '../../../src/server.js';
import { Cuts } from './cuts.js';
import { createTestServer, type Replacement, untilSettled } from './ring.js';

const ENVIRONMENT = {
  HOST: '127.0.0.1',
  LOG_LEVEL: 'error',
  PROBE_INTERVAL_MS: '50',
  READ_LEASE_MS: '250',
  SUSPECT_AFTER_MS: '500',
};
const HIGHEST_PRIORITY = 100;

export type Settings = Readonly<Record<string, string>>;

/** A server that may be ended and started again: its name, its ports and its DATA_DIR stay. */
export class Home {
  /** Warnings, and what ended it. */
  readonly said: string[] = [];
  private present: RingletServer | null = null;
  private ports: Settings = { PORT: '0', RING_PORT: '0' };

  constructor(
    readonly name: string,
    readonly directory: string,
    private readonly settings: Settings,
    private readonly cuts: Cuts,
    private readonly replacements: readonly Replacement[] = [],
  ) {}

  get server(): RingletServer {
    if (this.present === null) throw new Error(`${this.name} does not run`);
    return this.present;
  }

  get isRunning(): boolean {
    return this.present !== null;
  }

  get url(): string {
    return `http://127.0.0.1:${this.ports.PORT}`;
  }

  get address(): string {
    return `127.0.0.1:${this.ports.RING_PORT}`;
  }

  async start(settings: Settings = {}): Promise<void> {
    const environment = { ...ENVIRONMENT, NAME: this.name, ...this.ports, ...this.settings, ...settings };
    const say = (line: unknown) => void this.said.push(String(line));
    const logger: LoggerService = { log: ignore, debug: ignore, warn: say, error: say, fatal: say };
    const server = await createTestServer(environment, { logger }, [
      [CORE_FACTORY, this.cuts.createCore],
      ...this.replacements,
    ]);
    await server.start();
    this.present = server;
    const { url, ring } = server.identity;
    this.ports = { PORT: new URL(url).port, RING_PORT: ring.split(':')[1]! };
  }

  /** Ends as a crash would end it. */
  async crash(): Promise<void> {
    const server = this.present;
    this.present = null;
    await server?.abort();
  }

  /** Leaves, and ends. */
  async leave(): Promise<void> {
    const { server } = this;
    this.present = null;
    await server.stop();
  }
}

/** Real servers in this process that keep what they have, each in a directory of its own, and may be cut from each other. */
export class LastingRing {
  readonly cuts = new Cuts();
  readonly homes: readonly Home[];
  private readonly directory = mkdtempSync(join(tmpdir(), 'ringlet-e2e-'));

  private constructor(size: number, settings: Settings, hasDisks: boolean) {
    this.homes = Array.from({ length: size }, (_, index) => {
      const name = `s${index + 1}`;
      const directory = join(this.directory, name);
      const own = { PRIORITY: String(HIGHEST_PRIORITY - index), ...(hasDisks && { DATA_DIR: directory }) };
      return new Home(name, directory, { ...own, ...settings }, this.cuts);
    });
  }

  /** Started one after the other: the first founds the ring, the others join it. */
  static async start(size: number, settings: Settings = {}, hasDisks = true): Promise<LastingRing> {
    const ring = new LastingRing(size, settings, hasDisks);
    const [founder, ...others] = ring.homes;
    await founder!.start();
    for (const home of others) await home.start({ PEER: founder!.address });
    await ring.settled();
    return ring;
  }

  get running(): RingletServer[] {
    return this.homes.filter(({ isRunning }) => isRunning).map(({ server }) => server);
  }

  settled(): Promise<void> {
    return untilSettled(this.running);
  }

  async end(): Promise<void> {
    await Promise.all(this.homes.map((home) => home.crash()));
    rmSync(this.directory, { recursive: true, maxRetries: 5 });
  }
}

function ignore(): void {}
