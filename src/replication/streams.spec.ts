import { expect, it } from '@jest/globals';

import type { Blob } from './blob.js';
import { Downstream } from './downstream.js';
import { Memory } from './memory.js';
import { Streams } from './streams.js';
import { bytes, server, Station, viewOf } from './testing/fixtures.js';

const view = viewOf([1, 2, 3]);
const ABOUT = { view: view.id, source: 3, blob: 1 } as const;

it('An asker keeps nothing of a body that it needs no more', () => {
  const asker = new Station(2, view);
  const downstream = new Downstream(asker.state, asker.links);
  asker.connect(server(3));
  downstream.open();
  let moved: Blob | null = null;
  const streams = new Streams(asker.state, asker.links, downstream, new Memory(asker.state, () => 0), {
    progressed: () => undefined,
    saved: () => undefined,
    refused: () => undefined,
    moving: (blob) => (moved = blob),
    fetched: () => undefined,
    arrived: () => expect('what nobody needs').toBe('not taken in'),
    failed: () => undefined,
  });
  streams.opened(9, {
    kind: 'blob-open',
    ...ABOUT,
    end: 2,
    size: 8,
    key: 'replaced',
    revision: 1,
    span: null,
  });
  for (const index of [0, 1])
    streams.piece({ kind: 'blob-piece', ...ABOUT, index, bytes: bytes('text'), digest: '' });
  expect(moved!.pieces.map((piece) => piece!.length)).toEqual([0, 0]);
  asker.messages();
  streams.piece({ kind: 'blob-piece', ...ABOUT, index: 2, bytes: bytes(''), digest: '0123456789abcdef' });
  streams.flush();
  expect(asker.messages()).toEqual([{ kind: 'blob-progress', ...ABOUT, held: 3 }]);
});
