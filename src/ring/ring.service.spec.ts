import { beforeEach, describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';

import {
  type Input,
  type Operation,
  type Outcome,
  PIECE_BYTES,
  type Ready,
  type ReplicaEvent,
  type Saves,
  type Status,
  ORDINARY,
} from '../replication/index.js';
import type { Core } from './core.js';
import type { Disk } from './disk.js';
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
  requestTimeoutMs: 20,
} as unknown as RingOptions;
const WHERE = { url: 'http://127.0.0.1:1', ring: '127.0.0.1:1' };
const WHO = { name: 's1', ...WHERE, priority: 1 };
const OPERATION = { kind: 'delete', key: 'k' } as unknown as Operation;
const NOTHING: Ready = {
  saves: null,
  messages: [],
  hangups: [],
  dials: [],
  grants: [],
  answers: [],
  events: [],
};

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
  readOut = () => null;
  lost = () => ({ count: 0, keys: [], isAll: false });
  status = () =>
    ({ phase: 'member', self: { id: 7, ...WHO, durable: false, ...ORDINARY, was: 0 } }) as unknown as Status;
}

class FakeDisk {
  readonly saved: Saves[] = [];
  fail: (error: Error) => void = () => {};
  done: () => void = () => {};
  readonly isThere = true;

  open(onFailure: (error: Error) => void): Promise<null> {
    this.fail = onFailure;
    return Promise.resolve(null);
  }

  save(saves: Saves, done: () => void): void {
    this.saved.push(saves);
    this.done = done;
  }

  room = () => Infinity;
  close = () => Promise.resolve();
}

let core: FakeCore;
let disk: FakeDisk;
let ring: RingService;
const deaths: unknown[] = [];

beforeEach(() => {
  Warnings.catch();
  deaths.length = 0;
  core = new FakeCore();
  disk = new FakeDisk();
  const links = new Links(OPTIONS);
  const server = new RingServer(links, OPTIONS);
  ring = new RingService(
    links,
    server,
    disk as unknown as Disk,
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

  it('is told what becomes of an adoption, or that nothing has within the time of a request', async () => {
    const { inputs } = started();
    const [first, second] = [ring.adopt(), ring.adopt()];
    expect(inputs).toEqual([
      { kind: 'adopt', ticket: 1 },
      { kind: 'adopt', ticket: 2 },
    ]);
    core.next = { ...NOTHING, answers: [{ ticket: 1, outcome: { kind: 'adopted' } }] };
    ring.tick();
    expect(await first).toEqual({ kind: 'adopted' });
    expect(await second).toEqual({ kind: 'unknown' });
    await ring.stop();
    expect(await ring.adopt()).toEqual({ kind: 'not-done', reason: 'not-a-member' });
  });

  it('hands the core over to its end what there is to do, unless it crashes', async () => {
    started();
    await ring.stop();
    expect(core.inputs).toEqual([{ kind: 'tick' }]);
    expect(core.flushes).toBe(1);
    await ring.abort();
    expect(core.flushes).toBe(1);
  });

  it('passes a body on as the core grants it, and its answer back', async () => {
    const { inputs } = started();
    const [first, second] = [ring.upload(-1), ring.upload(PIECE_BYTES)];
    const room = second.write(Buffer.alloc(PIECE_BYTES));
    core.next = { ...NOTHING, grants: [{ ticket: 2, pieces: 1 }] };
    await room;
    second.end(OPERATION);
    expect(inputs).toEqual([
      { kind: 'upload', ticket: 1, size: -1 },
      { kind: 'upload', ticket: 2, size: PIECE_BYTES },
      { kind: 'upload-piece', ticket: 2, bytes: Buffer.alloc(PIECE_BYTES) },
      { kind: 'upload-end', ticket: 2, operation: OPERATION },
    ]);
    const full: Outcome = { kind: 'not-done', reason: 'full' };
    core.next = { ...NOTHING, answers: [{ ticket: 1, outcome: full }] };
    ring.tick();
    expect(await first.outcome).toBe(full);
    await ring.stop();
    expect(await second.outcome).toEqual({ kind: 'unknown' });
  });

  it('grants what may be given before it answers', async () => {
    const { inputs } = started();
    const upload = ring.upload(-1);
    const room = upload.write(Buffer.alloc(PIECE_BYTES));
    const answers = [{ ticket: 1, outcome: { kind: 'unknown' } as const }];
    core.next = { ...NOTHING, grants: [{ ticket: 1, pieces: 1 }], answers };
    await Promise.all([room, upload.outcome]);
    expect(inputs.map(({ kind }) => kind)).toEqual(['upload', 'upload-piece']);
  });

  it('has no answer to a body that was given up, and takes none when it is no member', async () => {
    const { inputs } = started();
    const upload = ring.upload(-1);
    upload.abort();
    const notDone: Outcome = { kind: 'not-done', reason: 'not-a-member' };
    expect(await upload.outcome).toEqual(notDone);
    expect(inputs.map(({ kind }) => kind)).toEqual(['upload', 'upload-abort']);
    const unfinished = ring.upload(-1);
    await ring.stop();
    expect(await unfinished.outcome).toEqual(notDone);
    expect(await ring.upload(-1).outcome).toEqual(notDone);
    await ring.upload(-1).write(Buffer.alloc(2 * PIECE_BYTES));
  });

  it('saves first what there is to save, waits for nothing, and tells the core when it is safe', async () => {
    const { inputs } = started();
    const saves = { sequence: 3, changes: [], isVital: false };
    core.next = { ...NOTHING, saves };
    ring.tick();
    expect(disk.saved).toEqual([saves]);
    expect(inputs).toEqual([{ kind: 'tick' }]);
    disk.done();
    expect(inputs).toEqual([{ kind: 'tick' }, { kind: 'saved', sequence: 3 }]);
  });

  it('ends the process when its disk has failed, and says no more', async () => {
    await ring.open();
    started();
    const outcome = ring.write(OPERATION);
    const failure = new Error('DATA_DIR cannot be written');
    disk.fail(failure);
    expect(deaths).toEqual([failure]);
    expect(await outcome).toEqual({ kind: 'unknown' });
    disk.done();
    ring.tick();
    expect(core.inputs.map(({ kind }) => kind)).toEqual(['write']);
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
