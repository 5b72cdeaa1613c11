import { Random } from '../simulation/random.js';
import type { Caller, Pipeline, ServerProcess } from '../support/processes/index.js';
import { hotKeys, newCaller, newPipeline, type Sender, type Traffic } from '../support/traffic/index.js';

/** At least; in a long time they are further apart, so that some wait when the server wakes. */
const EVERY_MS = 40;
const DEPTH = 100;
const WRITES = 0.2;

/**
 * Requests to a server that is paused, over connections that it had taken before. When it wakes, it meets late reads
 * together with early ones and perhaps ahead of the news of what happened meanwhile. What it has then is old, and it
 * may answer only once it knows.
 */
export class Pile {
  private readonly readers: readonly { readonly key: string; readonly pipeline: Pipeline }[];
  private readonly writer: Caller;
  private readonly random: Random;
  private readonly answers: Promise<unknown>[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly traffic: Traffic,
    private readonly server: ServerProcess,
    seed: number,
    private readonly lengthMs: number,
  ) {
    this.readers = hotKeys(traffic).map((key) => ({ key, pipeline: newPipeline(server, DEPTH) }));
    this.writer = newCaller(server, DEPTH);
    this.random = new Random(seed);
  }

  /** Opens the connections of the readers. */
  async warm(): Promise<void> {
    const request = { method: 'GET', path: '/health/live' };
    await Promise.all(this.readers.map(({ pipeline }) => pipeline.send(request)));
  }

  /** The server is paused from now on. */
  start(): void {
    this.timer = setInterval(() => this.add(), Math.max(EVERY_MS, this.lengthMs / DEPTH));
    this.timer.unref();
  }

  /** Sends no more: the server wakes. */
  stop(): void {
    clearInterval(this.timer);
  }

  /** Waits for the answers. */
  async end(): Promise<void> {
    this.stop();
    await Promise.all(this.answers.splice(0));
    for (const { pipeline } of this.readers) pipeline.close();
    this.writer.close();
  }

  private add(): void {
    if (this.answers.length >= DEPTH) return;
    const name = `pile${this.answers.length + 1}`;
    const { key, pipeline } = this.random.pick(this.readers);
    this.answers.push(this.random.chance(WRITES) ? this.write(name, key) : this.read(name, key, pipeline));
  }

  private read(name: string, key: string, caller: Pipeline): Promise<unknown> {
    return this.traffic.shared(this.sender(name, caller), key, { kind: 'get' });
  }

  private write(name: string, key: string): Promise<unknown> {
    const value = `${name}-${this.random.uint32()}`;
    return this.traffic.shared(this.sender(name, this.writer), key, { kind: 'put', value });
  }

  private sender(name: string, caller: Sender['caller']): Sender {
    return { name, server: this.server, caller, random: this.random };
  }
}
