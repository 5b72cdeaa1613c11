import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { Directory, OPEN_DIRECTORY, type OpenDirectory, openDirectory } from '../../../src/files/index.js';
import { Cuts } from './cuts.js';
import { Home, type Settings } from './lasting-ring.js';
import { untilSettled } from './ring.js';
import { until } from './until.js';

const HIGHEST_PRIORITY = 100;

export type { Settings };

export interface Listed {
  readonly key: string;
  readonly size: number;
  readonly type: string;
  readonly holders: readonly string[];
}

/** Counts how often a piece of a file was read, and files were looked at that had been read before. */
class CountingDirectory extends Directory {
  pieces = 0;
  looksAgain = 0;
  private readonly known = new Set<string>();

  override look(...given: Parameters<Directory['look']>): ReturnType<Directory['look']> {
    if (this.known.has(given[0])) this.looksAgain++;
    return super.look(...given);
  }

  override read(...given: Parameters<Directory['read']>): ReturnType<Directory['read']> {
    this.known.add(given[0]);
    return super.read(...given);
  }

  override piece(...given: Parameters<Directory['piece']>): Promise<Uint8Array | null> {
    this.pieces++;
    return super.piece(...given);
  }
}

/** A server with a directory of its own to share. */
export class Sharer {
  readonly home: Home;
  private directory: CountingDirectory | null = null;

  /** @param root has what it shares, and what it keeps on its disk */
  constructor(name: string, root: string, settings: Settings, cuts: Cuts) {
    this.files = join(root, 'files');
    mkdirSync(this.files, { recursive: true });
    const open: OpenDirectory = async (path) => {
      const { root: opened } = await openDirectory(path);
      return (this.directory = new CountingDirectory(opened));
    };
    const own = { FILES_DIR: this.files, ...settings };
    this.home = new Home(name, root, own, cuts, [[OPEN_DIRECTORY, open]]);
  }

  readonly files: string;

  /** Pieces that were read from the disk since the server was started. */
  get pieces(): number {
    return this.directory!.pieces;
  }

  /** Looks at files that had been read before, since the server was started. */
  get looksAgain(): number {
    return this.directory!.looksAgain;
  }

  path(key: string): string {
    return join(this.files, key);
  }

  write(key: string, body: string | Uint8Array): void {
    mkdirSync(dirname(this.path(key)), { recursive: true });
    writeFileSync(this.path(key), body);
  }

  remove(key: string): void {
    rmSync(this.path(key), { recursive: true });
  }

  url(key: string): string {
    return `${this.home.url}/objects/${key}`;
  }

  get(key: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(this.url(key), { headers, redirect: 'manual' });
  }

  put(key: string, body: string): Promise<Response> {
    return fetch(this.url(key), { method: 'PUT', body });
  }

  delete(key: string): Promise<Response> {
    return fetch(this.url(key), { method: 'DELETE' });
  }

  /** The body; or the status, when there is none. */
  async read(key: string): Promise<string> {
    const answer = await this.get(key);
    const text = await answer.text();
    return answer.status === 200 ? text : String(answer.status);
  }

  async list(query = ''): Promise<Listed[]> {
    const answer = await fetch(`${this.home.url}/objects?limit=1000${query}`);
    return ((await answer.json()) as { objects: Listed[] }).objects;
  }

  /** Each as its key, and the names of its holders. */
  async names(): Promise<string[]> {
    return (await this.list()).map(({ key, holders }) => `${key} ${holders.toSorted().join(',')}`);
  }

  /** Each as its key, and the names of its holders. */
  async conflicts(): Promise<string[]> {
    const answer = await fetch(`${this.home.url}/conflicts`);
    const { conflicts } = (await answer.json()) as { conflicts: Listed[] };
    return conflicts.map(({ key, holders }) => `${key} ${holders.toSorted().join(',')}`);
  }
}

/** Real servers in this process, named s1, s2, …, that share a directory each, and may be cut from each other. */
export class SharingRing {
  readonly cuts = new Cuts();
  readonly sharers: readonly Sharer[];
  private readonly directory = mkdtempSync(join(tmpdir(), 'ringlet-files-'));

  /** They have yet to be started. */
  constructor(size: number, settings: Settings = {}, hasDisks = false) {
    this.sharers = Array.from({ length: size }, (_, index) => {
      const name = `s${index + 1}`;
      const root = join(this.directory, name);
      const disk: Settings = hasDisks ? { DATA_DIR: join(root, 'data') } : {};
      const own = { LOG_LEVEL: 'warn', PRIORITY: String(HIGHEST_PRIORITY - index), ...disk, ...settings };
      return new Sharer(name, root, own, this.cuts);
    });
  }

  static async start(size: number, settings: Settings = {}, hasDisks = false): Promise<SharingRing> {
    const ring = new SharingRing(size, settings, hasDisks);
    await ring.start();
    return ring;
  }

  /** The first one founds the ring, the others join it. */
  async start(): Promise<void> {
    const [founder, ...others] = this.sharers;
    await founder!.home.start();
    for (const { home } of others) await home.start({ PEER: founder!.home.address });
    await this.settled();
  }

  get running(): Sharer[] {
    return this.sharers.filter(({ home }) => home.isRunning);
  }

  /** Warnings of all of them: the logger of a process is that of the server which was made last. */
  get said(): string[] {
    return this.sharers.flatMap(({ home }) => home.said);
  }

  settled(): Promise<void> {
    return untilSettled(this.running.map(({ home }) => home.server));
  }

  /** All that run list this, in the order of the keys. */
  async listed(...expected: readonly string[]): Promise<void> {
    await this.agreed(expected, (sharer) => sharer.names());
  }

  async conflicting(...expected: readonly string[]): Promise<void> {
    await this.agreed(expected, (sharer) => sharer.conflicts());
  }

  /** All that run answer with this. */
  async reads(key: string, expected: string): Promise<void> {
    await this.agreed([expected], async (sharer) => [await sharer.read(key)]);
  }

  async end(): Promise<void> {
    await Promise.all(this.sharers.map(({ home }) => home.crash()));
    rmSync(this.directory, { recursive: true, maxRetries: 5 });
  }

  private async agreed(
    expected: readonly string[],
    tell: (sharer: Sharer) => Promise<readonly string[]>,
  ): Promise<void> {
    let told = '';
    const wanted = expected.join(' | ');
    const look = async (): Promise<boolean> => {
      for (const sharer of this.running)
        if ((told = (await tell(sharer)).join(' | ')) !== wanted) return false;
      return true;
    };
    await until(wanted, look).catch((error: Error) => {
      throw new Error(`${error.message}; it was ${told}`);
    });
  }
}
