import { BatchBuilder } from './batch.js';
import { whileFull, type Pause } from './patience.js';
import type { Writer } from './writer.js';

/** What goes to disk together: the changes of one call, or of several that waited for the same commit. */
interface Entry {
  /** Their operations, once what they have to do with files is done. */
  readonly ready: Promise<BatchBuilder>;
  batch: BatchBuilder | null;
  readonly isVital: boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Bounds of one commit, so that those who wait for it do not wait for ever more. */
const MAX_GROUP_ENTRIES = 4096;
const MAX_GROUP_BYTES = 8 * 2 ** 20;

/**
 * Commits one after the other, each with all that waited for the one before: the disk takes as long for many as for one. What
 * waits has no bound of its own, as it is what the ring has in flight, which the ring bounds: each origin's credit, and
 * what a client waits for, comes back only when it is saved.
 */
export class Commits {
  private readonly queue: Entry[] = [];
  private running: Promise<void> | null = null;
  private failure: Error | null = null;
  private last: Promise<void> = Promise.resolve();

  /**
   * @param mustSyncAll whether each commit is to reach the disk
   * @param explain makes the error that the savers are told of what went wrong
   * @param onFailure called once with it; nothing is saved after that
   */
  constructor(
    private readonly writer: Writer,
    private readonly mustSyncAll: boolean,
    private readonly explain: (error: unknown) => Error,
    private readonly onFailure: (failure: Error) => void,
    private readonly pause?: Pause,
  ) {}

  /** Rejects when it could not be made, which is then so for all that come after. */
  add(batch: BatchBuilder | Promise<BatchBuilder>, isVital: boolean): Promise<void> {
    if (this.failure !== null) {
      void Promise.resolve(batch).catch(() => undefined);
      return Promise.reject(this.failure);
    }
    const saved = new Promise<void>((resolve, reject) => {
      this.enqueue({ ...readiness(batch), isVital, resolve, reject });
      this.running ??= this.run();
    });
    this.last = saved.catch(() => undefined);
    return saved;
  }

  /** When all that was handed over so far is saved, or has failed. */
  settled(): Promise<void> {
    return this.last;
  }

  /** When all that was handed over is saved, or has failed. */
  async idle(): Promise<void> {
    while (this.running !== null) await this.running;
  }

  fail(error: unknown): void {
    if (this.failure !== null) return;
    const failure = (this.failure = this.explain(error));
    for (const { reject } of this.queue.splice(0)) reject(failure);
    this.onFailure(failure);
  }

  private enqueue(entry: Entry): void {
    this.queue.push(entry);
    const note = (batch: BatchBuilder) => {
      entry.batch = batch;
    };
    // Its failure is dealt with in its turn.
    void entry.ready.then(note, () => undefined);
  }

  private async run(): Promise<void> {
    try {
      while (this.queue.length > 0) await this.commitNext();
    } catch (error) {
      this.fail(error);
    }
    this.running = null;
  }

  private async commitNext(): Promise<void> {
    await this.queue[0]!.ready;
    this.resolveEmpty();
    if (this.queue[0]?.batch == null) return;
    const group = this.takeGroup();
    const batch = new BatchBuilder();
    for (const entry of group) batch.append(entry.batch!);
    const mustSync = this.mustSyncAll || group.some(({ isVital }) => isVital);
    try {
      await whileFull(() => this.writer.commit(batch, mustSync), this.pause);
    } catch (error) {
      this.fail(error);
      for (const { reject } of group) reject(this.failure!);
      return;
    }
    for (const { resolve } of group) resolve();
  }

  /** Those in front that have nothing for the database: what they had is done. */
  private resolveEmpty(): void {
    const isEmpty = ({ batch, isVital }: Entry) => batch?.byteLength === 0 && !isVital;
    while (this.queue.length > 0 && isEmpty(this.queue[0]!)) this.queue.shift()!.resolve();
  }

  /** Those in front whose large bodies are kept; the first is. */
  private takeGroup(): Entry[] {
    let [count, bytes] = [0, 0];
    for (const { batch } of this.queue) {
      if (batch === null || count === MAX_GROUP_ENTRIES || (count > 0 && bytes >= MAX_GROUP_BYTES)) break;
      count += 1;
      bytes += batch.byteLength;
    }
    return this.queue.splice(0, count);
  }
}

function readiness(batch: BatchBuilder | Promise<BatchBuilder>): Pick<Entry, 'ready' | 'batch'> {
  const isReady = batch instanceof BatchBuilder;
  return { ready: Promise.resolve(batch), batch: isReady ? batch : null };
}
