import { describe, expect, it } from '@jest/globals';

import type { Status } from '../replication/index.js';
import type { RingService } from '../ring/index.js';
import { LeastLoaded } from './least-loaded.js';

/** So that what is sent on adds 0.25. */
const maxInFlight = 2;

/** Server 1, in a view with others that are as busy as it was told. */
class Ring {
  loads: readonly number[] = [];
  readonly filling = new Set<number>();
  storage = 0;
  isRunning = true;
  readonly found = new LeastLoaded(this as unknown as RingService, { maxInFlight });

  constructor(private readonly count: number) {}

  status(): Status {
    const ids = Array.from({ length: this.count }, (_, index) => index + 1);
    const members = ids.map((id) => ({
      id,
      url: `http://s${id}`,
      full: !this.filling.has(id),
      serves: id !== this.storage,
    }));
    return { self: { id: 1 }, view: { members }, loads: this.loads } as unknown as Status;
  }
}

describe('The least loaded', () => {
  it('is the one that has least to do of the others', () => {
    const ring = new Ring(3);
    ring.loads = [0, 0.7, 0.2];
    expect(ring.found.next(1)).toBe('http://s3');
  });

  it('is none when the others have as much to do, are not full, answer no clients, or are not there', () => {
    const ring = new Ring(3);
    ring.loads = [1, 1, 2];
    expect(ring.found.next(1)).toBeUndefined();
    ring.loads = [1, 0, 2];
    ring.filling.add(2);
    expect(ring.found.next(1)).toBeUndefined();
    expect(new Ring(1).found.next(1)).toBeUndefined();
    ring.filling.clear();
    ring.storage = 2;
    expect(ring.found.next(1)).toBeUndefined();
  });

  it('is none before the ring is started, and after it has ended', () => {
    const ring = new Ring(3);
    ring.isRunning = false;
    expect(ring.found.next(1)).toBeUndefined();
  });

  it('is of those that fit', () => {
    const ring = new Ring(3);
    expect(ring.found.next(Infinity, ({ id }) => id === 3)).toBe('http://s3');
    expect(ring.found.next(Infinity, () => false)).toBeUndefined();
  });

  it('counts what it has sent, and half of that once it is told anew', () => {
    const ring = new Ring(3);
    ring.loads = [1, 0, 0.4];
    const sent = (count: number) => Array.from({ length: count }, () => ring.found.next(1)?.at(-1));
    expect(sent(8)).toEqual(['2', '2', '3', '2', '3', '2', '3', undefined]);
    ring.loads = [1, 0, 0];
    expect(sent(5)).toEqual(['3', '2', '3', '2', '3']);
    ring.loads = [1, 0, 0.9];
    expect(sent(1)).toEqual(['2']);
  });

  it('is by what was told alone, when somebody would be refused otherwise', () => {
    const ring = new Ring(3);
    ring.loads = [1, 0.6, 0.9];
    expect([ring.found.next(1), ring.found.next(1), ring.found.next(1)]).toEqual([
      'http://s2',
      'http://s2',
      'http://s3',
    ]);
    expect(ring.found.next(1)).toBeUndefined();
    expect(ring.found.nextAsTold(1)).toBe('http://s2');
    ring.loads = [1, 1, 1];
    expect(ring.found.nextAsTold(1)).toBeUndefined();
  });
});
