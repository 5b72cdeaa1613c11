import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { mistakesIn, ServerRing, type ServerProcess } from '../support/processes/index.js';
import { type Ended, run, type Surroundings } from './run.js';

const SERVERS = 3;
const KILL_MS = 5_000;

/** A ring of three server processes, and a directory in which users run their programs. */
export class Site {
  readonly directory = mkdtempSync(join(tmpdir(), 'ringlet-clients-'));

  constructor(readonly ring: ServerRing) {}

  /** The server that stands at this place in the ring at its start; 0 is the primary then. */
  server(place: number): ServerProcess {
    return this.ring.servers[place]!;
  }

  url(place: number, key = ''): string {
    return `http://127.0.0.1:${this.server(place).port}/objects/${key}`;
  }

  /** Resolves when the process is gone; the others may not have noticed it yet. */
  async kill(place: number): Promise<void> {
    await this.server(place).kill(KILL_MS);
  }

  run(
    program: string,
    words: readonly string[],
    surroundings: Omit<Surroundings, 'directory'> = {},
  ): Promise<Ended> {
    return run(program, words, { directory: this.directory, ...surroundings });
  }

  write(file: string, content: string | Uint8Array): void {
    writeFileSync(join(this.directory, file), content);
  }

  read(file: string): Buffer {
    return readFileSync(join(this.directory, file));
  }

  /** What the servers logged as errors, and ends that nobody asked for. */
  mistakes(): string[] {
    return [...mistakesIn(this.ring.servers, 0), ...this.ring.losses];
  }

  async close(): Promise<void> {
    await this.ring.end();
    this.ring.removeLogs();
    rmSync(this.directory, { recursive: true, maxRetries: 5 });
  }
}

/** A site for the cases of the block in which this is called. Its servers have these settings and otherwise the defaults. */
export function useSite(settings: Readonly<Record<string, string>> = {}): () => Site {
  let site: Site | undefined;
  beforeAll(async () => {
    site = new Site(await ServerRing.start(SERVERS, { settings }));
  });
  afterAll(() => site?.close());
  return () => site!;
}
