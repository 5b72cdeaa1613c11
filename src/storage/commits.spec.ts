import { describe, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';

import { BatchBuilder } from './batch.js';
import { Commits } from './commits.js';
import { FULL_DISK_MS } from './patience.js';
import { WriteFailure, type Writer } from './writer.js';

/** A writer whose commits end when a spec says so. */
class HeldWriter implements Writer {
  readonly commits: {
    readonly bytes: number;
    readonly mustSync: boolean;
    readonly end: (error?: Error) => void;
  }[] = [];

  commit(batch: BatchBuilder, mustSync: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (error?: Error) => (error === undefined ? resolve() : reject(error));
      this.commits.push({ bytes: batch.byteLength, mustSync, end });
    });
  }

  sync = () => Promise.resolve();
  read = () => Promise.resolve(null);
  reusableBytes = () => Promise.resolve(0);
  close = () => Promise.resolve();
}

function setup(mustSyncAll = false) {
  const writer = new HeldWriter();
  const failures: Error[] = [];
  const pauses: number[] = [];
  const pause = (milliseconds: number) => Promise.resolve(pauses.push(milliseconds));
  const commits = new Commits(writer, mustSyncAll, explain, (failure) => failures.push(failure), pause);
  return { writer, commits, failures, pauses };
}

/** Operations of so many bytes, the key's included. */
function batchOf(bytes: number): BatchBuilder {
  const batch = new BatchBuilder();
  batch.put('records', Buffer.alloc(8), Buffer.alloc(bytes - 8));
  return batch;
}

/** Lets all that can go on without the writer go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

const explain = (error: unknown) => new Error(`told: ${(error as Error).message}`);
const told = (error: Error) => error.message;

describe('Commits', () => {
  it('go one after the other, each with all that waited', async () => {
    const { writer, commits } = setup();
    const order: number[] = [];
    const add = (bytes: number) => commits.add(batchOf(bytes), false).then(() => order.push(bytes));
    void add(10);
    await settle();
    void add(20);
    void add(30);
    await settle();
    expect(writer.commits.map(({ bytes }) => bytes)).toStrictEqual([10]);
    expect(order).toStrictEqual([]);
    writer.commits[0]!.end();
    await settle();
    expect(writer.commits.map(({ bytes }) => bytes)).toStrictEqual([10, 50]);
    writer.commits[1]!.end();
    await commits.idle();
    expect(order).toStrictEqual([10, 20, 30]);
  });

  it('reach the disk when one of them is vital, or all are to', async () => {
    for (const [mustSyncAll, isVital] of [
      [false, false],
      [false, true],
      [true, false],
    ] as const) {
      const { writer, commits } = setup(mustSyncAll);
      void commits.add(batchOf(10), isVital);
      void commits.add(batchOf(10), false);
      await settle();
      expect(writer.commits.map(({ mustSync }) => mustSync)).toStrictEqual([mustSyncAll || isVital]);
      writer.commits[0]!.end();
      await commits.idle();
    }
  });

  it('have a bound', async () => {
    const { writer, commits } = setup();
    for (let count = 0; count < 5; count++) void commits.add(batchOf(5 * 2 ** 20), false);
    await settle();
    expect(writer.commits[0]!.bytes).toBe(10 * 2 ** 20);
  });

  it('wait for a large body in its place, and not before', async () => {
    const { writer, commits } = setup();
    const kept = new EventEmitter();
    void commits.add(batchOf(10), false);
    void commits.add(
      once(kept, 'body').then(() => batchOf(20)),
      false,
    );
    void commits.add(batchOf(30), false);
    await settle();
    writer.commits[0]!.end();
    await settle();
    expect(writer.commits.map(({ bytes }) => bytes)).toStrictEqual([10]);
    kept.emit('body');
    await settle();
    expect(writer.commits.map(({ bytes }) => bytes)).toStrictEqual([10, 50]);
    writer.commits[1]!.end();
    await commits.idle();
  });
});

describe('A full disk', () => {
  const full = new WriteFailure('no space', true);

  it('is tried again until there is room', async () => {
    const { writer, commits, failures, pauses } = setup();
    const saved = commits.add(batchOf(10), false);
    for (let tries = 0; tries < 7; tries++) {
      await settle();
      writer.commits[tries]!.end(full);
    }
    await settle();
    writer.commits[7]!.end();
    await saved;
    expect(pauses).toStrictEqual([50, 100, 200, 400, 800, 1000, 1000]);
    expect(failures).toStrictEqual([]);
  });

  it('is given up on in time', async () => {
    const { writer, commits, failures, pauses } = setup();
    const saved = commits.add(batchOf(10), false).catch((error: Error) => error.message);
    for (let tries = 0; failures.length === 0; tries++) {
      await settle();
      writer.commits[tries]?.end(full);
      await settle();
    }
    expect(await saved).toBe('told: no space');
    const paused = pauses.reduce((sum, milliseconds) => sum + milliseconds, 0);
    expect(paused).toBeGreaterThanOrEqual(FULL_DISK_MS);
    expect(paused).toBeLessThan(FULL_DISK_MS + 1001);
  });
});

describe('A disk that failed', () => {
  it('is told once, and takes nothing more', async () => {
    const { writer, commits, failures } = setup();
    const first = commits.add(batchOf(10), false).catch(told);
    await settle();
    const second = commits.add(batchOf(10), false).catch(told);
    writer.commits[0]!.end(new WriteFailure('i/o error', false));
    expect(await first).toBe('told: i/o error');
    expect(await second).toBe('told: i/o error');
    expect(await commits.add(batchOf(10), true).catch(told)).toBe('told: i/o error');
    commits.fail(new Error('another'));
    await commits.idle();
    expect(failures.map(told)).toStrictEqual(['told: i/o error']);
    expect(writer.commits).toHaveLength(1);
  });
});
