import { setMaxListeners } from 'node:events';

import type { RingStatus } from './ring-answers.js';
import type { Directory } from './directory.js';
import type { KnownServer } from './known-server.js';
import { readText } from './problem.js';
import { isRingStatus } from './ring-status.js';
import type { Wire } from './wire.js';

/** What is known of the ring is asked for anew after so long. */
const STALE_MS = 30_000;
/** After a failure it is asked for anew, not more often than this. */
const SUSPECT_EVERY_MS = 250;
/** Health checks under way at once. */
const PARALLEL = 8;

/** Keeps the directory up to date, beside the calls, which never wait for it unless a redirect leads to somebody unknown. */
export class Discovery {
  private readonly controller = new AbortController();
  private pending: Promise<void> | null = null;
  private askedAt = -Infinity;
  private readonly checking = new Set<KnownServer>();

  constructor(
    private readonly directory: Directory,
    private readonly wire: Wire,
    private readonly attemptMs: number,
    private readonly mayLearn: boolean,
  ) {
    // Every request on its way listens to it, and their number is bounded.
    setMaxListeners(0, this.controller.signal);
  }

  /** To be called with each call, for a client that is not used shall not do anything. */
  freshen(): void {
    const now = performance.now();
    if (now - this.askedAt > STALE_MS) void this.refresh();
    else for (const server of this.directory.failing(now)) void this.check(server);
  }

  /** The ring may be another now: it is asked for anew, unless it was within this time. */
  suspect(withinMs = SUSPECT_EVERY_MS): void {
    if (performance.now() - this.askedAt > withinMs) void this.refresh();
  }

  /** Somebody unknown was named, who may have joined: resolves when the ring has told, unless it just has. */
  async look(): Promise<void> {
    const isRecent = performance.now() - this.askedAt < SUSPECT_EVERY_MS;
    if (this.mayLearn && (this.pending !== null || !isRecent)) await this.refresh();
  }

  /** Asks one server after the other for the ring until one tells. */
  refresh(): Promise<void> {
    this.pending ??= this.learn().finally(() => (this.pending = null));
    return this.pending;
  }

  close(): void {
    this.controller.abort();
  }

  private async learn(): Promise<void> {
    this.askedAt = performance.now();
    if (this.mayLearn) await this.askAll();
    void this.checkAll();
  }

  private async askAll(): Promise<void> {
    for (const server of this.directory.order('read')) {
      if (this.controller.signal.aborted) return;
      const status = await this.ringOf(server);
      if (status === null) continue;
      this.directory.learn(status, server, performance.now());
      return;
    }
  }

  private async ringOf(server: KnownServer): Promise<RingStatus | null> {
    try {
      const { status, text } = await this.get(server, '/ring');
      const value: unknown = status === 200 ? JSON.parse(text) : null;
      return isRingStatus(value) ? value : null;
    } catch {
      return null;
    }
  }

  private async checkAll(): Promise<void> {
    const waiting = this.directory.current().values();
    const work = async (): Promise<void> => {
      for (const server of waiting) await this.check(server);
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
  }

  /** Whether requests should be sent there, and how far it is. */
  private async check(server: KnownServer): Promise<void> {
    if (this.checking.has(server) || this.controller.signal.aborted) return;
    this.checking.add(server);
    try {
      const begun = performance.now();
      const { status } = await this.get(server, '/health/ready');
      server.latencyMs = performance.now() - begun;
      if (status === 200) server.hasSucceeded();
      else server.hasFailed(performance.now());
    } catch {
      if (!this.controller.signal.aborted) server.hasFailed(performance.now());
    } finally {
      this.checking.delete(server);
    }
  }

  private async get(server: KnownServer, path: string): Promise<{ status: number; text: string }> {
    const bounds = { patienceMs: this.attemptMs, signal: this.controller.signal };
    const reply = await this.wire.send(server, { method: 'GET', path, headers: {}, body: null }, bounds);
    if (reply.kind !== 'answer') throw new Error('no answer');
    const { message } = reply;
    const isRinglet = message.headers['ringlet-server'] !== undefined;
    const text = await readText(message, this.attemptMs);
    return { status: isRinglet ? message.statusCode! : 0, text };
  }
}
