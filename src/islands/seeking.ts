import { setMaxListeners } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';

import { Problem } from '../http/index.js';
import type { FarObject } from '../objects/index.js';
import { deadlineMs } from './deadlines.js';
import { FarBodies } from './far-bodies.js';
import type { Head } from './head.js';
import type { Inquirer, Question } from './inquiry.js';
import type { Island, Register } from './register.js';
import type { IslandTally } from './tally.js';
import { readVisited, visitedBy } from './visited.js';

/** Searches at once. */
const MOST_SEARCHES = 64;
/** Questions at once of a search to each island. */
const MOST_QUESTIONS = 64;

interface SeekingMeans {
  readonly register: Register;
  readonly inquirer: Inquirer;
  readonly tally: IslandTally;
  /** The id of this ring. It has one, or it could not tell what it does not have. */
  readonly own: () => string | null;
  readonly now: () => number;
}

/**
 * Looks for many keys at all other islands at once, for no longer than one read may take: what an island has not told of by
 * then, it does not have. Where several have a key, the first to say so is taken. It reads no body before somebody wants it, and keeps none.
 */
export class Seeking {
  private searches = 0;

  constructor(private readonly means: SeekingMeans) {}

  async find(keys: readonly string[], headers: IncomingHttpHeaders): Promise<ReadonlyMap<string, FarObject>> {
    const { register, own } = this.means;
    const visited = readVisited(headers['ringlet-visited']);
    if (visited === null) return new Map();
    const islands = register.up().filter(({ id }) => !visited.includes(id));
    if (islands.length === 0 || keys.length === 0) return new Map();
    if (this.searches >= MOST_SEARCHES) throw new Problem('islands_busy');
    this.searches++;
    try {
      const asked = visitedBy(own()!, islands, visited);
      return await new Search(this.means, [...new Set(keys)], asked, deadlineMs(visited)).at(islands);
    } finally {
      this.searches--;
    }
  }
}

/** One of them. It ends when all is found, everything was asked, or its time is over. */
class Search {
  private readonly found = new Map<string, FarObject>();
  private readonly end = new AbortController();
  private readonly until: number;
  private readonly bodies: FarBodies;

  constructor(
    private readonly means: SeekingMeans,
    private readonly keys: readonly string[],
    private readonly headers: Question['headers'],
    private readonly limitMs: number,
  ) {
    this.until = means.now() + limitMs;
    this.bodies = new FarBodies(means.inquirer, headers, limitMs);
    // Each question that waits hears of the end.
    setMaxListeners(0, this.end.signal);
  }

  async at(islands: readonly Island[]): Promise<ReadonlyMap<string, FarObject>> {
    const timer = setTimeout(() => this.end.abort(), this.limitMs);
    try {
      await Promise.all(islands.map((island) => this.askAll(island)));
    } finally {
      clearTimeout(timer);
    }
    this.means.tally.found += this.found.size;
    this.means.tally.absent += this.keys.length - this.found.size;
    return this.found;
  }

  /** So many at a time take the next key each. */
  private async askAll(island: Island): Promise<void> {
    const left = this.keys[Symbol.iterator]();
    await Promise.all(Array.from({ length: MOST_QUESTIONS }, () => this.askInTurn(island, left)));
  }

  private async askInTurn(island: Island, left: Iterable<string>): Promise<void> {
    for (const key of left) {
      if (this.end.signal.aborted) return;
      if (!this.found.has(key)) await this.ask(island, key);
    }
  }

  private async ask(island: Island, key: string): Promise<void> {
    const { inquirer, now, tally } = this.means;
    const question = { method: 'HEAD' as const, key, headers: this.headers, deadlineMs: this.until - now() };
    const reply = await inquirer.ask(island, question, this.end.signal);
    if (reply.kind === 'failure' && this.found.size < this.keys.length) tally.failed++;
    if (reply.kind === 'stream' && !this.found.has(key)) this.take(island, key, reply.head);
  }

  private take(island: Island, key: string, head: Head): void {
    const { etag, holders, lastModified, size, type } = head;
    const open = () => this.bodies.open(island, key, head);
    this.found.set(key, { island: island.name, etag, holders, lastModified, size, type, open });
    if (this.found.size === this.keys.length) this.end.abort();
  }
}
