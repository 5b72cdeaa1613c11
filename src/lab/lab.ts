import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bounds } from './bounds.js';
import { serverEnvironment } from './environment.js';
import { logTail } from './log-tail.js';
import { hasData, nameOf } from './homes.js';
import type { Partition } from './options.js';
import { listed, seconds } from './outcome.js';
import { host } from './ports.js';
import type { RingApi } from './ring-api.js';
import { describeExit, isClean, ServerProcess, type Exit, type Place, type Spawn } from './server-process.js';
import { Watcher } from './watcher.js';

export interface LabParts {
  spawn: Spawn;
  /** Called when every server has ended, so that nobody has to see to it any more. */
  dismissGuard: () => void;
  api: RingApi;
  bounds: Bounds;
  /** Where the log files go. */
  directory: string;
  environment: NodeJS.ProcessEnv;
  /** Absolute: below it each server has its DATA_DIR. Without it, objects are in memory only. */
  dataDirectory?: string;
  partition?: Partition;
  say: (text: string) => void;
  /** A line on something that happens now. */
  tell: (event: string) => void;
}

/**
 * The lab: a set of servers on this machine, each a process of its own, and a watcher that says how their ring changes.
 * The commands (words.ts) are what a person or a script does to it; this file holds what they share.
 *
 * It knows of the ring only what any client could read over HTTP, and of the servers only their processes. It keeps
 * nothing running beyond its own life: close() here, a channel (leash.ts) and a guard (guard.ts) where it cannot act.
 */
export class Lab {
  readonly servers: ServerProcess[] = [];
  readonly watcher: Watcher;
  /** Something went wrong with a server, so its log is worth keeping. */
  troubled = false;
  private closing = false;

  constructor(readonly parts: LabParts) {
    this.watcher = new Watcher(() => this.servers, parts.api, parts.bounds, parts.tell);
  }

  /** What a part of the ring does alone. */
  get partition(): string {
    return this.parts.partition ?? this.parts.environment['PARTITION'] ?? 'available';
  }

  get running(): ServerProcess[] {
    return this.servers.filter((server) => server.state === 'running');
  }

  /** Every port that is spoken for, whether its server runs or not. */
  get reservedPorts(): Set<number> {
    return new Set(this.servers.flatMap(({ place }) => [place.port, place.ringPort]));
  }

  register(port: number, ringPort: number): ServerProcess {
    const place = { name: nameOf(port), host, port, ringPort };
    const logFile = join(this.parts.directory, `${port}.log`);
    const server = new ServerProcess(place, logFile, this.parts.spawn, (lost, exit) => this.lost(lost, exit));
    this.servers.push(server);
    return server;
  }

  find(portOrName: string): ServerProcess | undefined {
    return this.servers.find(({ place }) => place.name === portOrName || String(place.port) === portOrName);
  }

  /** Starts a server's process; without peers it founds a ring. Once the lab is closing nothing starts. */
  launch(server: ServerProcess, peers: readonly Place[]): void {
    if (this.closing) return;
    const { environment, dataDirectory, partition } = this.parts;
    server.start(
      serverEnvironment(environment, server.place, peers, {
        ...(dataDirectory !== undefined && { DATA_DIR: join(dataDirectory, server.place.name) }),
        ...(partition !== undefined && { PARTITION: partition }),
      }),
    );
    this.parts.tell(`${server.port} started${server.pid ? ` (pid ${server.pid})` : ''}`);
  }

  /** Whether a server finds objects, and its place in a ring, on its disk. */
  hasData({ place }: ServerProcess): boolean {
    const { dataDirectory } = this.parts;
    return dataDirectory !== undefined && hasData(dataDirectory, place.name);
  }

  /** The others that have a process: a paused one may be resumed, so its ring is still the one to join. */
  peersOf(server: ServerProcess): Place[] {
    return this.servers.filter((other) => other !== server && other.alive).map(({ place }) => place);
  }

  /** Ends every server: SIGTERM, and SIGKILL for who takes longer than the bound. */
  async close(): Promise<void> {
    await this.endAll();
    this.parts.dismissGuard();
  }

  /** Once it is closed. */
  removeLogs(): void {
    rmSync(this.parts.directory, { recursive: true, force: true });
  }

  private async endAll(): Promise<void> {
    this.closing = true;
    this.watcher.stop();
    const { closeMs } = this.parts.bounds;
    await Promise.all(this.servers.map((server) => server.stop(closeMs)));
    const late = this.servers.filter((server) => server.alive);
    if (late.length === 0) return;
    this.troubled = true;
    const ports = listed(late.map(({ port }) => port));
    this.parts.say(`${ports} did not end within ${seconds(closeMs)} of SIGTERM: killed`);
    await this.killAll();
  }

  /** Ends every server at once. */
  async killAll(): Promise<void> {
    this.closing = true;
    await Promise.all(this.servers.map((server) => server.kill(this.parts.bounds.closeMs)));
  }

  private lost(server: ServerProcess, exit: Exit): void {
    if (this.closing) return;
    if (isClean(exit)) return this.parts.tell(`${server.port} stopped, though not asked to here`);
    this.troubled ||= server.state === 'crashed';
    this.parts.tell(`${server.port} ended unexpectedly (${describeExit(exit)}); its log: ${server.logFile}`);
    const tail = logTail(server.logFile);
    if (tail) this.parts.say(tail);
  }
}
