import { describe, expect, it } from '@jest/globals';

import { type BodyPlace, type Outcome, PIECE_BYTES } from '../replication/index.js';
import { digestOf } from './digest.js';
import { Fetch } from './fetch.js';

const BODY = Buffer.alloc(2 * PIECE_BYTES + 10, 'body');
const RECORD = { size: BODY.length, digest: digestOf(BODY) };
const PART: BodyPlace = { kind: 'part', part: { source: 1, number: 2 } };
const MOVED: BodyPlace = { kind: 'records', revision: 7 };
const VIA = 5;

const pieceOf = (index: number) => BODY.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES);

/** A server that has these pieces, and on its disk those that are in these places. */
function fetchFrom(give: (index: number) => Outcome, places: readonly BodyPlace[] = []) {
  const told: string[] = [];
  const fetch = new Fetch(RECORD, {
    want: (index) => Promise.resolve(give(index)),
    read: (place, index) => Promise.resolve(places.includes(place) ? pieceOf(index) : null),
    unreadable: () => void told.push('unreadable'),
    end: () => void told.push('end'),
  });
  return { fetch, told };
}

const piece = (bytes: Uint8Array | null, places: readonly BodyPlace[] = []): Outcome => ({
  kind: 'piece',
  bytes,
  places,
  via: VIA,
});

describe('a fetch', () => {
  it('hands out piece after piece, and knows whose they are', async () => {
    const { fetch } = fetchFrom((index) => piece(pieceOf(index)));
    expect(fetch.via).toBeNull();
    for (const index of [0, 1, 2]) expect(await fetch.piece(index)).toEqual(pieceOf(index));
    expect(fetch.via).toBe(VIA);
  });

  it('hands the last piece out only if the whole is what was written', async () => {
    const { fetch } = fetchFrom((index) =>
      piece(index === 1 ? Buffer.alloc(PIECE_BYTES, 'other') : pieceOf(index)),
    );
    expect(await fetch.piece(0)).toEqual(pieceOf(0));
    expect(await fetch.piece(1)).toHaveLength(PIECE_BYTES);
    expect(await fetch.piece(2)).toEqual({ kind: 'absent' });
  });

  it('cannot judge what it does not have from the beginning', async () => {
    const { fetch } = fetchFrom((index) => piece(pieceOf(index)));
    for (const index of [1, 2]) expect(await fetch.piece(index)).toEqual(pieceOf(index));
  });

  it.each([
    ['where it came to', PART],
    ['with its record', MOVED],
  ])('finds on the disk what is %s', async (_, place) => {
    const { fetch, told } = fetchFrom(() => piece(null, [PART, MOVED]), [place]);
    expect(await fetch.piece(0)).toEqual(pieceOf(0));
    expect(told).toEqual([]);
  });

  it('asks again for what is not there, a few times', async () => {
    let asked = 0;
    const { fetch, told } = fetchFrom((index) =>
      ++asked < 3 ? piece(null, [MOVED]) : piece(pieceOf(index)),
    );
    expect(await fetch.piece(0)).toEqual(pieceOf(0));
    const hopeless = fetchFrom(() => piece(null, [MOVED]));
    expect(await hopeless.fetch.piece(0)).toEqual({ kind: 'absent' });
    expect([told.length, hopeless.told.length]).toEqual([2, 3]);
  });

  it('asks for nothing after its end', async () => {
    let asked = 0;
    const { fetch, told } = fetchFrom(() => (asked++, piece(null, [MOVED])));
    const last = fetch.piece(0);
    fetch.end();
    expect(await last).toEqual({ kind: 'absent' });
    expect([asked, told]).toEqual([1, ['end']]);
  });

  it('says why there is no piece', async () => {
    const outcome: Outcome = { kind: 'unavailable', reason: 'no-holder' };
    const { fetch, told } = fetchFrom(() => outcome);
    expect(await fetch.piece(0)).toBe(outcome);
    fetch.end();
    expect(told).toEqual(['end']);
  });
});
