import { describe, expect, it } from '@jest/globals';
import { Downstream } from './downstream.js';
import type { Invite, Join } from './messages.js';
import { Reception } from './reception.js';
import type { Server } from './server.js';
import { inviteOf, joinOf, record, Station, server, viewOf } from './testing/fixtures.js';
import { Usher } from './usher.js';

const view = viewOf([1, 3, 5]);
const INCOMING = 70;
const SUSPECT_MS = 1000;

class Receiving extends Station {
  readonly reception: Reception;
  readonly usher: Usher;
  readonly downstream: Downstream;
  readonly dissolved: string[] = [];
  returned = 0;

  constructor(self: number) {
    super(self, view);
    this.downstream = new Downstream(this.state, this.links);
    this.connect(this.state.place!.successor);
    this.downstream.open();
    this.usher = new Usher(this.state, this.links, {
      onReady: () => undefined,
      onUnreachable: (one) => this.reception.unreachable(one),
      pinned: () => 0,
    });
    this.reception = new Reception(this.state, this.links, this.downstream, this.usher, {
      onReturned: () => this.returned++,
      dissolve: (address) => this.dissolved.push(address),
    });
  }

  /** A newcomer dials this server and asks. */
  ask(newcomer: Server, link = INCOMING, fields: Partial<Join> = {}): void {
    this.links.accepted(link, newcomer, this.state.now);
    this.reception.join(link, joinOf(newcomer, fields));
  }
}

function invite(host: number, failed: number[] = [], newcomer = server(4)): Invite {
  return inviteOf(newcomer, { view: view.id, host, failed });
}

describe('A member that is asked to take a newcomer in', () => {
  it('sends the wish round the ring', () => {
    const station = new Receiving(5);
    station.ask(server(4));
    expect(station.messages()).toEqual([invite(5)]);
  });

  it('takes in itself who is to follow it', () => {
    const station = new Receiving(3);
    station.ask(server(4));
    expect([station.messages(), station.usher.target]).toEqual([[], 'r4']);
  });

  it('sends the wish again after a while, and in every view, until the newcomer is in or goes', () => {
    const station = new Receiving(5);
    station.ask(server(4));
    station.ask(server(2), INCOMING + 1);
    station.messages();
    station.wait(SUSPECT_MS + 1);
    station.reception.tick();
    station.reception.tick();
    expect(station.messages()).toHaveLength(2);
    station.enter(viewOf([1, 2, 3, 5], { id: { number: 6, proposer: 1 } }));
    station.reception.installed();
    expect(station.messages()).toMatchObject([{ newcomer: { id: 4 }, view: { number: 6 } }]);
    station.reception.closed(INCOMING);
    station.reception.installed();
    expect(station.messages()).toEqual([]);
  });

  it('says in a sentence why not', () => {
    const station = new Receiving(5);
    const reasons = [
      server(4, { name: 's1' }),
      server(4, { ring: 'r5' }),
      server(4, { name: 's1', ring: 'r1' }),
    ].map((newcomer) => {
      station.ask(newcomer);
      return (station.messages() as { reason?: string }[]).map(({ reason }) => reason);
    });
    expect(reasons).toEqual([
      ['the name s1 is taken by the server at r1; give this one another NAME'],
      ['it advertises r5, the ring address of this very member; set its ADVERTISE_RING'],
      [],
    ]);
    station.state.phase = 'joining';
    station.ask(server(4));
    expect(station.messages()).toMatchObject([{ kind: 'join-refused' }]);
  });

  it('tells of the view to one that is in it and has missed it', () => {
    const station = new Receiving(5);
    station.ask(server(3));
    expect(station.sent()).toEqual([{ link: INCOMING, message: { kind: 'install', view, isActive: true } }]);
  });

  it('waits until the former incarnation of a newcomer is out', () => {
    const station = new Receiving(5);
    station.ask(server(13, { name: 's3', ring: 'r3', priority: 97 }));
    expect(station.messages()).toEqual([]);
    station.enter(viewOf([1, 5], { id: { number: 6, proposer: 1 } }));
    station.reception.installed();
    expect(station.messages()).toMatchObject([{ kind: 'invite', newcomer: { id: 13 } }]);
  });

  it('lets no more than so many wait', () => {
    const station = new Receiving(5);
    for (let id = 100; id < 164; id++) station.ask(server(id, { priority: 96 }), id);
    station.messages();
    station.ask(server(200, { priority: 96 }), 200);
    expect(station.messages()).toMatchObject([{ kind: 'join-refused' }]);
  });

  it('does not speak for somebody else', () => {
    const station = new Receiving(5);
    station.links.accepted(INCOMING, server(9), 0);
    station.reception.join(INCOMING, joinOf(server(4)));
    expect(station.effects.take()).toMatchObject({ messages: [], hangups: [INCOMING] });
  });
});

describe('A wish on its way', () => {
  it('is passed on to the member after which the newcomer belongs', () => {
    const station = new Receiving(1);
    station.reception.invite(invite(5));
    expect([station.messages(), station.usher.target]).toEqual([[invite(5)], null]);
  });

  it('goes on to the next when that one cannot reach the newcomer', () => {
    const station = new Receiving(3);
    station.reception.invite(invite(5));
    station.usher.dialFailed('r4');
    expect(station.messages()).toEqual([invite(5, [3])]);
  });

  it('comes back to the member that was asked, which says that nobody can', () => {
    const station = new Receiving(5);
    station.ask(server(4));
    station.messages();
    station.reception.invite(invite(5, [3]));
    station.usher.dialFailed('r4');
    expect(station.messages()).toEqual([invite(5, [3, 5])]);
    station.reception.invite(invite(5, [3, 5, 1]));
    expect(station.sent()).toEqual([
      {
        link: INCOMING,
        message: {
          kind: 'join-refused',
          reason: 'no member of the ring can connect to r4; set ADVERTISE_RING to an address that they reach',
        },
      },
    ]);
    station.wait(SUSPECT_MS + 1);
    station.reception.tick();
    expect(station.messages()).toEqual([]);
  });

  it('ends when the member that was asked is gone', () => {
    const station = new Receiving(1);
    station.reception.invite(invite(9, [1, 3, 5]));
    expect(station.messages()).toEqual([]);
  });
});

describe('A member that is asked by who has come back', () => {
  it('tells of the present view to one that only asks, and sends no wish', () => {
    const station = new Receiving(5);
    station.ask(server(4), INCOMING, { ring: view.ring, yields: false });
    expect(station.sent()).toMatchObject([{ link: INCOMING, message: { kind: 'install', view } }]);
  });

  it('has it in its old place with the next view, when it still has one', () => {
    const station = new Receiving(5);
    station.ask(server(13, { ring: 'r3', name: 's3', was: 3 }), INCOMING, { ring: view.ring });
    expect([station.messages(), station.returned]).toEqual([[], 1]);
    station.ask(server(4, { was: 40 }), INCOMING + 1, { ring: view.ring });
    expect([station.messages().length, station.returned]).toEqual([1, 1]);
  });

  it('refuses one with the data of another ring', () => {
    const station = new Receiving(5);
    station.ask(server(4), INCOMING, { ring: view.ring + 1 });
    const reason = expect.stringContaining('the data of another ring');
    expect([station.messages(), station.dissolved]).toEqual([[{ kind: 'join-refused', reason }], []]);
  });

  it('gives up its own ring for that one when it is alone in it and it is empty', () => {
    const station = new Receiving(5);
    station.enter(viewOf([5]));
    station.state.ring = 1;
    station.ask(server(4), INCOMING, { ring: 2 });
    expect([station.messages(), station.dissolved]).toEqual([[], ['r4']]);
    station.ask(server(6), INCOMING + 1, { ring: 0 });
    station.ask(server(7), INCOMING + 2, { ring: 1 });
    expect(station.dissolved).toEqual(['r4']);
    station.commit(record(1));
    station.ask(server(8), INCOMING + 3, { ring: 2 });
    expect(station.dissolved).toEqual(['r4']);
  });

  it('passes on that it lacks bodies', () => {
    const station = new Receiving(5);
    station.ask(server(4), INCOMING, { ring: view.ring, lacks: true });
    expect(station.messages()).toMatchObject([{ kind: 'invite', lacks: true }]);
  });

  it.each<[string, Partial<Join>, number]>([
    ['all that was committed in the same views', { watermark: 7 }, 7],
    ['nothing of another ring', { watermark: 7, ring: 0 }, 0],
    ['nothing when more may have been dropped here', { watermark: 8 }, 0],
    ['nothing when tombstones since then are gone', { watermark: 2 }, 0],
    [
      'nothing without a view in common',
      { watermark: 7, history: [{ id: { number: 9, proposer: 9 }, start: 0 }] },
      0,
    ],
  ])('takes %s for granted', (_, fields, base) => {
    const station = new Receiving(5);
    const common = { id: { number: 4, proposer: 1 }, start: 0 };
    Object.assign(station.state, { ring: 1, history: [common, { id: view.id, start: 7 }] });
    station.state.catalogue.complete(9, 3);
    station.ask(server(4), INCOMING, { ring: 1, history: [common], ...fields });
    expect(station.messages()).toMatchObject([{ kind: 'invite', base }]);
  });
});
