import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverEnvironment } from '../../../src/lab/environment.js';
import { describeExit, ServerProcess } from '../../../src/lab/server-process.js';
import { processSpawn } from '../../../src/lab/spawn.js';
import { type Homes, LocalHomes } from './homes.js';
import { describeLogs } from './logs.js';
import { findPrograms } from './programs.js';
import { isReady, membersOf, readRing, type RingReport } from './ring-report.js';
import { waitFor } from './wait.js';

type Settings = Readonly<Record<string, string>>;

const AGREE_MS = 15_000;
const END_MS = 5_000;

/** A ring of server processes, and those of it that are not running at present. Their logs are in a folder of its own. */
export class ServerRing {
  readonly servers: ServerProcess[] = [];
  /** Ends of processes that nobody asked for. */
  readonly losses: string[] = [];
  private readonly programs = findPrograms();
  readonly directory = mkdtempSync(join(tmpdir(), 'ringlet-chaos-'));
  private readonly mayEnd = new Set<ServerProcess>();
  private readonly settingsOf = new Map<ServerProcess, Settings>();

  private constructor(
    private readonly settings: Settings,
    private readonly homes: Homes,
  ) {}

  /** All at once: the first founds the ring, the others may wait for it. `settings`: what all of them are given. */
  static async start(
    size: number,
    settings: Settings = {},
    homes: Homes = new LocalHomes(),
  ): Promise<ServerRing> {
    const ring = new ServerRing(settings, homes);
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
      if (!this.mayEnd.delete(lost)) this.losses.push(`${lost.place.name} ended with ${describeExit(exit)}`);
    });
    this.servers.push(server);
    this.settingsOf.set(server, settings);
    return server;
  }

  /** Its name and its ports are those it had before. It may join by any of the others. */
  launch(server: ServerProcess, peers: readonly ServerProcess[] = this.running): void {
    const others = peers.filter((peer) => peer !== server);
    const { PATH } = process.env;
    const environment = serverEnvironment(
      { PATH, ...this.settings },
      server.place,
      others.map(({ place }) => place),
    );
    server.start({ ...environment, ...this.settingsOf.get(server) });
  }

  /** Its end is no loss: it was asked for over HTTP. */
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

  removeLogs(): void {
    rmSync(this.directory, { recursive: true, maxRetries: 5 });
  }
}

function differingIn(
  servers: readonly ServerProcess[],
  reports: readonly (RingReport | undefined)[],
  quiet: boolean,
): string | undefined {
  const tell = (report: RingReport) => membersOf(report) + (quiet ? ` at r${report.revision}` : '');
  const told = reports.map((report) => (report === undefined ? 'silence' : tell(report)));
  const [first] = reports;
  const names = first?.members.map(({ name }) => name).toSorted();
  const expected = servers.map(({ place }) => place.name).toSorted();
  const isWhole = names?.join() === expected.join() && first!.members.every(({ state }) => state === 'up');
  if (isWhole && !first!.provisional && new Set(told).size === 1) return undefined;
  return told.map((text, index) => `${servers[index]!.place.name} says ${text}`).join('; ');
}
