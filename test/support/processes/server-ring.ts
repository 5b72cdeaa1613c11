import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverEnvironment } from '../../../src/lab/environment.js';
import { describeExit, type Exit, ServerProcess } from '../../../src/lab/server-process.js';
import { processSpawn } from '../../../src/lab/spawn.js';
import { type Homes, LocalHomes } from './homes.js';
import { describeLogs } from './logs.js';
import { findPrograms } from './programs.js';
import { isReady, membersOf, readRing, type RingReport } from './ring-report.js';
import { waitFor } from './wait.js';

type Settings = Readonly<Record<string, string>>;

/** What a ring is made of; a plain one is side by side on this machine and has no disks. */
export interface Making {
  /** What all servers are given. */
  readonly settings?: Settings;
  readonly homes?: Homes;
  /** Each server has a DATA_DIR, beside the logs. */
  readonly hasDisks?: boolean;
}

const AGREE_MS = 15_000;
const END_MS = 5_000;

/**
 * A ring of server processes, and those of it that are not running at present. Their logs are in a folder of its own, and so is
 * what they keep on disk.
 */
export class ServerRing {
  readonly servers: ServerProcess[] = [];
  /** Ends of processes that nobody asked for. */
  readonly losses: string[] = [];
  private readonly programs = findPrograms();
  readonly directory = mkdtempSync(join(tmpdir(), 'ringlet-chaos-'));
  private readonly mayEnd = new Set<ServerProcess>();
  private readonly settingsOf = new Map<ServerProcess, Settings>();

  private readonly ends = new Map<ServerProcess, Exit>();
  private readonly settings: Settings;
  private readonly homes: Homes;
  readonly hasDisks: boolean;

  private constructor({ settings = {}, homes = new LocalHomes(), hasDisks = false }: Making) {
    this.settings = settings;
    this.homes = homes;
    this.hasDisks = hasDisks;
  }

  /** All at once: the first founds the ring, the others may wait for it. */
  static async start(size: number, making: Making = {}): Promise<ServerRing> {
    const ring = new ServerRing(making);
    try {
      for (let index = 0; index < size; index++) await ring.register();
      for (const server of ring.servers) ring.launch(server, server === ring.servers[0] ? [] : ring.servers);
      await ring.agree();
    } catch (error) {
      await ring.end();
      const text = error instanceof Error ? error.message : String(error);
      throw new Error(`${text}\n${describeLogs(ring.servers, 0)}`, { cause: error });
    }
    return ring;
  }

  get running(): ServerProcess[] {
    return this.servers.filter(({ alive }) => alive);
  }

  /** A server that was not here before, not started. */
  async register(): Promise<ServerProcess> {
    const { place, within, settings } = await this.homes.take(`s${this.servers.length + 1}`);
    const logFile = join(this.directory, `${place.name}.log`);
    writeFileSync(logFile, '');
    const spawn = processSpawn({ ...this.programs, directory: this.directory, within });
    const server = new ServerProcess(place, logFile, spawn, (lost, exit) => {
      this.ends.set(lost, exit);
      if (!this.mayEnd.delete(lost)) this.losses.push(`${lost.place.name} ended with ${describeExit(exit)}`);
    });
    this.servers.push(server);
    this.settingsOf.set(server, { ...this.diskOf(server), ...settings });
    return server;
  }

  /**
   * Its name, its ports and its disk are those it had before. It may join by any of the others that run, or with disks, where
   * all may be down, by any that did not leave.
   */
  launch(server: ServerProcess, peers: readonly ServerProcess[] = this.peers): void {
    const others = peers.filter((peer) => peer !== server);
    const { PATH } = process.env;
    const environment = serverEnvironment(
      { PATH, ...this.settings },
      server.place,
      others.map(({ place }) => place),
    );
    server.start({ ...environment, ...this.settingsOf.get(server) });
  }

  /** The directory that the server keeps its objects in, and no other server. */
  dataOf({ place }: ServerProcess): string {
    return join(this.directory, 'data', place.name);
  }

  /** From its next start on, this server is given these as well. */
  give(server: ServerProcess, settings: Settings): void {
    this.settingsOf.set(server, { ...this.settingsOf.get(server), ...settings });
  }

  /** How the server ended last by itself, if it did. */
  endOf(server: ServerProcess): string | undefined {
    const exit = this.ends.get(server);
    return exit && describeExit(exit);
  }

  /** Its end is no loss: it was asked for, or is what has to come of a fault. */
  allowEnd(server: ServerProcess): void {
    this.mayEnd.add(server);
  }

  /** The servers that run, in the order of the ring: the primary, …, the tail. They have to agree on it. */
  async inOrder(): Promise<ServerProcess[]> {
    const { members } = await this.agree();
    return members.map(({ name }) => this.servers.find(({ place }) => place.name === name)!);
  }

  /**
   * Waits until the servers that run are one ring and up. `quiet`: and until all that they numbered is committed
   * everywhere, which it never is while clients write.
   */
  async agree(quiet = false, boundMs = AGREE_MS): Promise<RingReport> {
    let agreed: RingReport | undefined;
    await waitFor('an agreed view of the servers that run', boundMs, async () => {
      if (this.losses.length > 0) throw new Error(this.losses.join('; '));
      const servers = this.running;
      const reports = await Promise.all(servers.map(({ place }) => readRing(place)));
      const differing = differingIn(servers, reports, quiet);
      if (differing !== undefined) return differing;
      const ready = await Promise.all(servers.map(({ place }) => isReady(place)));
      if (ready.includes(false)) return 'not all are ready';
      agreed = reports[0];
      return undefined;
    });
    return agreed!;
  }

  /** Ends every process. */
  async end(): Promise<void> {
    await Promise.all(this.running.map((server) => server.kill(END_MS)));
  }

  /** The logs, and what was on the disks. */
  removeLogs(): void {
    rmSync(this.directory, { recursive: true, maxRetries: 5 });
  }

  private get peers(): ServerProcess[] {
    return this.hasDisks ? this.servers.filter(({ state }) => state !== 'stopped') : this.running;
  }

  private diskOf(server: ServerProcess): Settings {
    if (!this.hasDisks) return {};
    const directory = this.dataOf(server);
    mkdirSync(directory, { recursive: true });
    return { DATA_DIR: directory };
  }
}

function differingIn(
  servers: readonly ServerProcess[],
  reports: readonly (RingReport | undefined)[],
  quiet: boolean,
): string | undefined {
  const tell = (report: RingReport) =>
    membersOf(report) + (quiet ? ` at r${report.revision}` : '') + offersOf(report);
  const told = reports.map((report) => (report === undefined ? 'silence' : tell(report)));
  const [first] = reports;
  const names = first?.members.map(({ name }) => name).toSorted();
  const expected = servers.map(({ place }) => place.name).toSorted();
  const isUp = first?.members.every(({ state }) => state === 'up');
  const isMerged = reports.every((report) => report?.offers === 0);
  const isWhole = names?.join() === expected.join() && isUp && isMerged;
  if (isWhole && !first!.provisional && new Set(told).size === 1) return undefined;
  return told.map((text, index) => `${servers[index]!.place.name} says ${text}`).join('; ');
}

const offersOf = ({ offers }: RingReport): string => (offers === 0 ? '' : `, which offers ${offers}`);
