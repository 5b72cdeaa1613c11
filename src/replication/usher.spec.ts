import { describe, expect, it } from '@jest/globals';
import type { Invite, StatePart } from './messages.js';
import { Station, bytes, inviteOf, member, record, server, viewOf } from './testing/fixtures.js';
import { heir, Usher } from './usher.js';

const view = viewOf([1, 3, 5]);
const SUSPECT_MS = 1000;

function invite(id: number, failed: number[] = []): Invite {
  return inviteOf(server(id), { view: view.id, host: 5, failed });
}

/** Server 3; server 4 would follow it. */
class Ushering extends Station {
  readonly usher: Usher;
  readonly unreachable: Invite[] = [];
  ready = 0;
  pinned = 0;

  constructor(smallBodyBytes = 1 << 20) {
    super(3, view, { smallBodyBytes });
    this.usher = new Usher(this.state, this.links, {
      onReady: () => this.ready++,
      onUnreachable: (one) => this.unreachable.push(one),
      pinned: () => this.pinned,
    });
  }

  /** Takes server 4 in and connects to it. */
  take(): void {
    this.usher.take(invite(4));
    this.connect(server(4));
    this.usher.linked('r4');
  }

  parts(): StatePart[] {
    return this.messages() as StatePart[];
  }

  answer(part: number): void {
    this.usher.answered({ kind: 'state-answer', part }, 'r4');
  }

  /** Commits objects of which one fills a part. */
  commitLarge(count: number): void {
    const size = 128 * 1024;
    for (let done = 0; done < count; done++) {
      const revision = this.state.catalogue.last + 1;
      this.commit(record(revision, { key: `k${revision}`, meta: {}, size, body: new Uint8Array(size) }));
    }
  }
}

describe('The heir of an invitation', () => {
  it('is the member before the place of the newcomer, then the next that has not failed', () => {
    expect([2, 4, 6].map((id) => heir(view, invite(id))?.id)).toEqual([1, 3, 5]);
    expect(heir(view, invite(4, [3]))?.id).toBe(5);
    expect(heir(view, invite(4, [3, 5]))?.id).toBe(1);
    expect(heir(view, invite(4, [3, 5, 1]))).toBeNull();
  });
});

describe('Usher', () => {
  it('dials the newcomer and streams, a few parts ahead of the answers', () => {
    const station = new Ushering();
    station.commitLarge(6);
    station.take();
    expect(station.usher.target).toBe('r4');
    expect(station.parts().map(({ part }) => part)).toEqual([1, 2, 3, 4]);
    station.answer(2);
    expect(station.parts().map(({ part }) => part)).toEqual([5, 6]);
    expect(station.ready).toBe(0);
  });

  it('is ready when the newcomer has answered the part that reached the end', () => {
    const station = new Ushering();
    station.commitLarge(1);
    station.take();
    expect([station.parts().length, station.ready, station.usher.newcomer()]).toEqual([1, 0, null]);
    station.answer(1);
    expect(station.ready).toBe(1);
    station.usher.tick();
    expect(station.ready).toBe(2);
  });

  it('completes the state once, when it vouches for the newcomer', () => {
    const station = new Ushering();
    station.commit(record(1, { body: bytes('text') }));
    station.take();
    station.answer(1);
    station.parts();
    station.state.catalogue.store(record(2));
    const newcomer = { server: server(4), after: 3, last: 2, full: true, vote: null };
    expect([station.usher.newcomer(), station.usher.newcomer()]).toEqual([newcomer, newcomer]);
    const parts = station.parts();
    expect(parts.map(({ part, rest, log }) => [part, rest?.watermark, log.length])).toEqual([
      [2, 1, 0],
      [3, undefined, 1],
    ]);
  });

  it('says that the newcomer is not full when bodies were left out', () => {
    const station = new Ushering(4);
    station.commitLarge(1);
    station.take();
    station.answer(1);
    expect(station.usher.newcomer()).toMatchObject({ full: false });
  });

  it('says that the newcomer is not full while it is still filling itself', () => {
    const station = new Ushering();
    const members = view.members.map((one) => ({ ...one, full: one.id !== 3 }));
    station.enter({ ...view, members });
    station.take();
    station.answer(1);
    expect(station.usher.newcomer()).toMatchObject({ full: false });
  });

  it('says that the newcomer is not full while large bodies are ahead of their record', () => {
    const station = new Ushering();
    station.commitLarge(1);
    station.take();
    station.answer(1);
    station.pinned = 1;
    expect(station.usher.newcomer()).toMatchObject({ full: false });
  });

  it('tells the newcomer of tombstones that were dropped since it began', () => {
    const station = new Ushering();
    station.commit(record(1));
    station.take();
    station.answer(1);
    station.parts();
    station.commit(record(2, { kind: 'delete' }), record(3, { kind: 'floor', floor: 2, key: '' }));
    expect(station.usher.newcomer()).toMatchObject({ last: 3 });
    expect(station.parts()[0]!.records).toMatchObject([{ revision: 2, kind: 'delete' }]);
  });

  it('begins when it knows to be committed what the newcomer does', () => {
    const station = new Ushering();
    station.state.catalogue.store(record(1));
    station.usher.take({ ...invite(4), base: 1 });
    station.connect(server(4));
    station.usher.linked('r4');
    station.usher.tick();
    expect(station.parts()).toEqual([]);
    station.state.catalogue.commit(1, () => undefined);
    station.usher.tick();
    expect(station.parts()).toMatchObject([{ part: 1, base: 1, records: [] }]);
  });

  it('passes the invitation on when it cannot reach the newcomer', () => {
    const station = new Ushering();
    station.usher.take(invite(4));
    station.usher.dialFailed('r4');
    expect([station.unreachable, station.usher.target]).toEqual([[invite(4)], null]);
  });

  it('passes the invitation on when nothing moves any more', () => {
    const station = new Ushering();
    station.commitLarge(6);
    station.take();
    station.wait(2 * SUSPECT_MS);
    station.answer(1);
    station.wait(2 * SUSPECT_MS);
    station.usher.tick();
    expect(station.unreachable).toEqual([]);
    station.wait(1);
    station.usher.tick();
    expect(station.unreachable).toEqual([invite(4)]);
    // By that the newcomer learns of it, also when somebody else here still wants the link.
    expect(station.links.up('r4')).toBeNull();
  });

  it('takes one in at a time, each once', () => {
    const station = new Ushering();
    const other = { ...invite(4), newcomer: server(40, { priority: 96 }) };
    for (const one of [invite(4), other, invite(4), other]) station.usher.take(one);
    expect(station.usher.target).toBe('r4');
    station.usher.lost(4);
    expect(station.usher.target).toBe('r40');
    station.usher.closed('r40');
    expect(station.usher.target).toBeNull();
  });

  it('does not take another incarnation at the same address', () => {
    const station = new Ushering();
    station.usher.take(invite(4));
    station.connect(server(44), 'r4');
    station.usher.linked('r4');
    expect([station.parts(), station.usher.target]).toEqual([[], null]);
  });

  it('keeps a newcomer over a view that leaves its place where it was, and no other', () => {
    const station = new Ushering();
    station.commitLarge(6);
    station.take();
    const install = (ids: number[]): string | null => {
      const next = viewOf(ids, { id: { number: 6, proposer: 1 } });
      station.enter(next);
      station.usher.installed(next);
      return station.usher.target;
    };
    expect([install([3, 5]), install([1, 3, 4, 5])]).toEqual(['r4', null]);
  });

  it('lets one go whose place is behind another member now', () => {
    const station = new Ushering();
    station.take();
    const between = member(35, { priority: 96.5 });
    const members = [view.members[0]!, view.members[1]!, between];
    const next = viewOf([1, 3, 5], { members });
    station.enter(next);
    station.usher.installed(next);
    expect(station.usher.target).toBeNull();
  });
});
