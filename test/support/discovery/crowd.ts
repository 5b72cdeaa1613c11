import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { serverEnvironment } from '../../../src/lab/environment.js';
import { ServerProcess } from '../../../src/lab/server-process.js';
import { processSpawn, type Programs } from '../../../src/lab/spawn.js';
import { programDirectory, transpile } from '../lab/transpile.js';
import { type Homes, readRing, type RingReport, waitFor } from '../processes/index.js';
import { LocalHomes } from '../processes/homes.js';

const AGREE_MS = 30_000;
const END_MS = 5_000;

export type Settings = Readonly<Record<string, string>>;

/** The present sources as programs. */
export class Sources {
  readonly directory: string;
  readonly programs: Omit<Programs, 'directory'>;
  /** The `ringlet` command. */
  readonly cli: string;

  constructor() {
    this.directory = programDirectory('crowd-');
    const dist = transpile('src', this.directory);
    const leash = pathToFileURL(join(dist, 'lab', 'leash.js')).href;
    this.programs = { server: join(dist, 'main.js'), nodeArguments: ['--import', leash] };
    this.cli = join(dist, 'cli', 'main.js');
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, maxRetries: 5 });
  }
}

/** What all servers of a crowd are made of. */
export interface Making {
  readonly programs: Omit<Programs, 'directory'>;
  /** For what they keep. */
  readonly directory: string;
  readonly settings: Settings;
  /** Where each of them runs; default: on this machine's loopback. */
  readonly homes?: Homes;
}

/** Server processes that are told nothing of each other. */
export class Crowd {
  readonly servers: ServerProcess[] = [];
  private readonly settingsOf = new Map<ServerProcess, Settings>();
  private readonly homes: Homes;

  constructor(private readonly making: Making) {
    this.homes = making.homes ?? new LocalHomes();
  }

  get running(): ServerProcess[] {
    return this.servers.filter(({ alive }) => alive);
  }

  /** A new server, not started. */
  async register(name: string, settings: Settings = {}): Promise<ServerProcess> {
    const { programs, directory } = this.making;
    const { place, within, settings: own } = await this.homes.take(name);
    const logFile = join(directory, `${name}.log`);
    writeFileSync(logFile, '');
    const spawn = processSpawn({ ...programs, directory, within });
    const server = new ServerProcess(place, logFile, spawn, () => undefined);
    this.servers.push(server);
    this.settingsOf.set(server, { ...own, ...settings });
    return server;
  }

  /** A new server, which has started but may not listen yet. */
  async start(name: string, settings: Settings = {}): Promise<ServerProcess> {
    const server = await this.register(name, settings);
    this.launch(server);
    return server;
  }

  /** With its name, its ports, and the settings that it was registered with. */
  launch(server: ServerProcess, settings: Settings = {}): void {
    const { PATH } = process.env;
    const environment = serverEnvironment({ PATH, ...this.making.settings }, server.place, []);
    server.start({ ...environment, PEER: 'multicast', ...this.settingsOf.get(server), ...settings });
  }

  /** Waits until those that run, or these, are one ring. */
  async agree(servers: readonly ServerProcess[] = this.running): Promise<RingReport> {
    const expected = servers.map(({ place }) => place.name).toSorted();
    let agreed: RingReport | undefined;
    await waitFor(`one ring of ${expected.join(', ')}`, AGREE_MS, async () => {
      const reports = await Promise.all(servers.map(({ place }) => readRing(place)));
      const told = reports.map((report) => namesOf(report).join());
      agreed = reports[0];
      return told.every((text) => text === expected.join()) ? undefined : told.join(' | ');
    }).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.servers.map((server) => this.logOf(server)).join('\n')}`);
    });
    return agreed!;
  }

  logOf({ logFile }: ServerProcess): string {
    return readFileSync(logFile, 'utf8');
  }

  /** How often any of them has said that it founds a ring. */
  get foundings(): number {
    const all = this.servers.map((server) => this.logOf(server)).join('\n');
    return all.match(/this server founds the ring/g)?.length ?? 0;
  }

  async end(): Promise<void> {
    await Promise.all(this.running.map((server) => server.kill(END_MS)));
  }
}

export function namesOf(report: RingReport | undefined): string[] {
  return report === undefined ? ['silence'] : report.members.map(({ name }) => name).toSorted();
}
