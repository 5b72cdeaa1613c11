import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import type { BatchBuilder } from './batch.js';
import { TREES, type Tree } from './tables.js';
import { isFullCode, WriteFailure, type Writer } from './writer.js';

const THREAD = fileURLToPath(new URL('lmdb/thread.mjs', import.meta.url));

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly problem?: { readonly message: string; readonly code?: unknown };
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The thread that has LMDB, and the requests that it has not answered: a commit, a sync, and the reads of clients. */
export class LmdbWriter implements Writer {
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  private constructor(private readonly thread: Worker) {
    thread.on('message', (answer: Answer) => this.settle(answer));
    thread.on('error', (error: Error) => this.abandon(error.message));
    thread.on('exit', () => this.abandon('the thread of the database ended'));
  }

  /** @param isSynced whether each commit is brought to the disk */
  static async start(path: string, isSynced: boolean): Promise<LmdbWriter> {
    const thread = new Worker(THREAD, { workerData: { path, trees: TREES, isSynced } });
    await once(thread, 'message');
    return new LmdbWriter(thread);
  }

  /** The memory of what is built goes to the thread, so that nothing is copied on the way. */
  async commit(changes: BatchBuilder, mustSync: boolean): Promise<void> {
    const batch = changes.build();
    await this.ask({ kind: 'commit', batch, mustSync }, [batch.operations.buffer, batch.bytes.buffer]);
  }

  async sync(): Promise<void> {
    await this.ask({ kind: 'sync' });
  }

  async read(tree: Tree, key: Uint8Array): Promise<Buffer | null> {
    const value = (await this.ask({ kind: 'read', tree: TREES.indexOf(tree), key })) as Uint8Array | null;
    return value === null ? null : Buffer.from(value.buffer, value.byteOffset, value.length);
  }

  async reusableBytes(): Promise<number> {
    return (await this.ask({ kind: 'reusable' })) as number;
  }

  async close(): Promise<void> {
    const ended = once(this.thread, 'exit');
    await this.ask({ kind: 'close' });
    await ended;
  }

  private ask(request: object, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.thread.postMessage({ id, ...request }, transfer);
    });
  }

  private settle({ id, value, problem }: Answer): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (problem === undefined) waiting?.resolve(value);
    else waiting?.reject(new WriteFailure(problem.message, isFullCode(problem.code)));
  }

  private abandon(message: string): void {
    for (const { reject } of this.waiting.values()) reject(new WriteFailure(message, false));
    this.waiting.clear();
  }
}
