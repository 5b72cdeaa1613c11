import { beforeEach, describe, expect, it } from '@jest/globals';
import { Effects } from './effects.js';
import type { Ready } from './interface.js';
import { Links } from './links.js';
import { server } from './testing/fixtures.js';

let effects: Effects;
let links: Links;

beforeEach(() => {
  effects = new Effects();
  links = new Links(effects);
});

function done(): Pick<Ready, 'dials' | 'hangups'> {
  const { dials, hangups } = effects.take() ?? { dials: [], hangups: [] };
  return { dials, hangups };
}

const want = (now: number, ...addresses: string[]): void => links.want(new Set(addresses), now);

describe('Outgoing links', () => {
  it('are dialled once, while they are wanted and not there', () => {
    want(0, 'r2', 'r3');
    want(1, 'r2', 'r3');
    expect(done()).toEqual({ dials: ['r2', 'r3'], hangups: [] });
    expect(links.up('r2')).toBeNull();
    links.linked('r2', 7, server(2), 1);
    want(2, 'r2', 'r3');
    expect(done().dials).toEqual([]);
    expect(links.up('r2')).toMatchObject({ link: 7, peer: { id: 2 } });
  });

  it('are dialled again a little after they failed', () => {
    want(0, 'r2');
    expect(links.dialFailed('r2', 100)).toBe(true);
    expect(links.dialFailed('r2', 100)).toBe(false);
    done();
    want(149, 'r2');
    expect(done().dials).toEqual([]);
    want(150, 'r2');
    expect(done().dials).toEqual(['r2']);
  });

  it('are dialled again at once when they broke', () => {
    want(0, 'r2');
    links.linked('r2', 7, server(2), 0);
    done();
    expect(links.closed(7)).toMatchObject({ address: 'r2' });
    want(1, 'r2');
    expect(done().dials).toEqual(['r2']);
  });

  it('are hung up when nobody wants them any more', () => {
    want(0, 'r2');
    links.linked('r2', 7, server(2), 0);
    want(1);
    expect(done().hangups).toEqual([7]);
    expect([links.up('r2'), links.lastHeard('r2')]).toEqual([null, undefined]);
  });

  it('are waited for, once they are dialled, so that there are never two of them', () => {
    want(0, 'r2');
    want(1);
    want(2, 'r2');
    expect(done().dials).toEqual(['r2']);
    want(3);
    expect(links.linked('r2', 7, server(2), 4)).toBe(true);
    expect(links.linked('r2', 8, server(2), 4)).toBe(false);
    want(5);
    expect(done().hangups).toEqual([8, 7]);
  });

  it('keep the time of the last sign of life while they are dialled again', () => {
    want(0, 'r2');
    links.linked('r2', 7, server(2), 0);
    links.heard(7, 40);
    links.closed(7);
    want(50, 'r2');
    expect(links.lastHeard('r2')).toBe(40);
  });
});

describe('Incoming links', () => {
  it('are superseded by a newer one of the same server', () => {
    links.accepted(1, server(2), 0);
    links.accepted(2, server(3), 0);
    links.accepted(3, server(2), 0);
    expect(done().hangups).toEqual([1]);
    expect([1, 2, 3].map((link) => links.incomingBy(link)?.peer.id)).toEqual([undefined, 3, 2]);
  });

  it('are hung up after a long silence', () => {
    links.accepted(1, server(2), 0);
    links.accepted(2, server(3), 0);
    links.heard(2, 100);
    links.dropSilentIncoming(100);
    expect(done().hangups).toEqual([1]);
  });
});

describe('Signs of life', () => {
  it('count in either direction', () => {
    want(0, 'r2');
    links.linked('r2', 7, server(2), 10);
    links.accepted(8, server(3), 20);
    expect([links.hears(2, 10), links.hears(2, 11), links.hears(3, 20), links.hears(4, 0)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('are credited with the time in which this server did not listen', () => {
    want(0, 'r2');
    links.linked('r2', 7, server(2), 10);
    links.accepted(8, server(3), 10);
    links.excuse(5, 100);
    expect([links.lastHeard('r2'), links.hears(3, 15)]).toEqual([15, true]);
    links.excuse(99, 100);
    expect([links.lastHeard('r2'), links.hears(3, 101)]).toEqual([100, false]);
  });

  it('all end when the server starts over', () => {
    want(0, 'r2', 'r4');
    links.linked('r2', 7, server(2), 10);
    links.accepted(8, server(3), 10);
    links.hangupAll();
    expect(done().hangups).toEqual([7, 8]);
    expect([links.up('r2'), [...links.allIncoming()], links.allUp()]).toEqual([null, [], []]);
  });
});

describe('A server that has come back at another address', () => {
  const old = server(2);
  const back = { ...server(9), was: 2, ring: 'elsewhere' };

  it('is looked for there, also once the connection has gone', () => {
    links.accepted(7, back, 0);
    links.closed(7);
    expect(links.addressOf(old)).toBe('elsewhere');
    expect(links.addressOf(server(3))).toBe('r3');
  });

  it('is looked for where it was when it is not there any more', () => {
    links.accepted(7, back, 0);
    links.dialFailed('elsewhere', 1);
    expect(links.addressOf(old)).toBe('r2');
  });
});
