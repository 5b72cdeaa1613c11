import { beforeEach, describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';

import type { Input, Operation, Outcome, Ready, ReplicaEvent, Status } from '../replication/index.js';
import type { Core } from './core.js';
import { Links } from './links.js';
import type { RingOptions } from './options.js';
import { RingServer } from './ring-server.js';
import { RingService } from './ring.service.js';
import { Warnings } from './testing/warnings.js';

const OPTIONS = {
  host: '127.0.0.1',
  port: 0,
  ring: 'r',
  secret: '',
  suspectAfterMs: 50,
} as unknown as RingOptions;
const WHO = { name: 's1', url: 'http://127.0.0.1:1', ring: '127.0.0.1:1', priority: 1 };
const OPERATION = { kind: 'delete', key: 'k' } as unknown as Operation;
const NOTHING: Ready = { messages: [], hangups: [], dials: [], answers: [], events: [] };

/** Notes what it is told, and answers what the test says. */
class FakeCore implements Core {
  readonly inputs: Input[] = [];
  flushes = 0;
  next: Ready | null = null;

  step(input: Input): void {
    if (input.kind === 'barrier') throw new Error('broken');
    this.inputs.push(input);
  }

  ready(): Ready | null {
    this.flushes++;
    const ready = this.next;
    this.next = null;
    return ready;
  }

  peek = () => ({ kind: 'absent' }) as const;
  committed = () => undefined;
  list = () => [];
  status = () => ({ phase: 'member', self: { id: 7, ...WHO } }) as unknown as Status;
}

let core: FakeCore;
let ring: RingService;
const deaths: unknown[] = [];

beforeEach(() => {
  Warnings.catch();
  deaths.length = 0;
  core = new FakeCore();
  const links = new Links(OPTIONS);
  const server = new RingServer(links, OPTIONS);
  ring = new RingService(
    links,
    server,
    OPTIONS,
    () => core,
    (error) => void deaths.push(error),
  );
});

function started(): FakeCore {
  ring.start(WHO);
  core.inputs.length = 0;
  core.flushes = 0;
  return core;
}

describe('the ring service', () => {
  it('is no member before its start', async () => {
    expect(ring.peek('k')).toEqual({ kind: 'wait' });
    expect(ring.identity()).toBeNull();
    expect(await ring.write(OPERATION)).toEqual({ kind: 'not-done', reason: 'not-a-member' });
    expect(await ring.read('k')).toEqual({ kind: 'unavailable', reason: 'not-a-member' });
  });

  it('steps each request at once and does what follows from all of them together', async () => {
    const { inputs } = started();
    const outcomes = [ring.write(OPERATION), ring.read('k')];
    expect(inputs.map(({ kind }) => kind)).toEqual(['write', 'read']);
    expect(core.flushes).toBe(0);
    const absent: Outcome = { kind: 'absent' };
    const unknown: Outcome = { kind: 'unknown' };
    core.next = {
      ...NOTHING,
      answers: [
        { ticket: 2, outcome: absent },
        { ticket: 1, outcome: unknown },
      ],
    };
    expect(await Promise.all(outcomes)).toEqual([unknown, absent]);
    expect(core.flushes).toBe(1);
  });

  it('flushes a tick at once', () => {
    started();
    ring.tick();
    expect(core.inputs).toEqual([{ kind: 'tick' }]);
    expect(core.flushes).toBe(1);
  });

  it('tells events in their order', async () => {
    started();
    const event: ReplicaEvent = { kind: 'join-refused', reason: 'full' };
    const told = firstValueFrom(ring.events);
    core.next = { ...NOTHING, events: [event] };
    ring.tick();
    expect(await told).toBe(event);
  });

  it('says on stop what is certain to whoever waits', async () => {
    started();
    const waiting = [ring.write(OPERATION), ring.read('k'), ring.leave()];
    await ring.stop();
    expect(await Promise.all(waiting)).toEqual([
      { kind: 'unknown' },
      { kind: 'unavailable', reason: 'not-a-member' },
      undefined,
    ]);
    expect(ring.peek('k')).toEqual({ kind: 'wait' });
    expect(ring.identity()).toBeNull();
  });

  it('ends the process when the core has broken, and never steps it again', async () => {
    started();
    const outcome = ring.barrier();
    expect(deaths).toEqual([new Error('broken')]);
    expect(await outcome).toEqual({ kind: 'unavailable', reason: 'not-a-member' });
    ring.tick();
    expect(core.inputs).toEqual([]);
  });
});
