import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { END_OF_ARCHIVE, headOf, paddingOf } from '../../src/bundles/tar.js';
import { ExampleProgram } from '../support/lab/example-program.js';

let lego: ExampleProgram;
beforeAll(() => {
  lego = new ExampleProgram('lego');
});
afterAll(() => lego.remove());

/** Settings that no server would start with. */
const NONSENSE = { FSYNC: '?', MEMORY_LIMIT: '?', PARTITION: '?', RING_PORT: '?' };
const GONE = 'is out of the registers of both islands after (\\d+) ms';

it('The example of figures delivers from two islands what can be built, whoever leaves, dies and comes back', async () => {
  const { code, output } = await lego.run([], undefined, NONSENSE);
  expect(output).not.toContain('Failed: ');
  expect(code).toBe(0);
  const [start, car, house, wall, wallAgain, carWithout, , carAgain] = output.split('An order for a ');
  expect(start!.match(/^(?:north|south)-\S+ starts\.$/gm)).toHaveLength(6);
  expect(car).toMatch(/4 × wheel-small\.txt +from north-pieces-2\n/);
  expect(car).toMatch(/3 × brick-2x4-red\.txt +from north-pieces-1\n/);
  expect(car).toMatch(/2 × lamp-yellow\.txt +from south-pieces-2 on the island south\n/);
  const kinds = ['plate-4x8-grey', 'axle', 'wheel-small', 'brick-2x4-red', 'lamp-yellow'];
  const files = kinds.map((kind) => `${kind}.txt`).join(', ');
  expect(car).toContain(`Delivered: 12 pieces. In the archive, one of each kind: ${files}.`);
  expect(house).toContain('Delivered: 43 pieces');
  expect(house).toContain('the garage is delivered whole');
  expect(house).toMatch(new RegExp(`north-pieces-1 ${GONE}`));
  expect(wall).toContain('Not delivered: 2 of its 2 kinds of pieces are missing.');
  expect(wallAgain).toContain('Delivered: 18 pieces');
  const [, killedMs] = new RegExp(`south-pieces-2 ${GONE}`).exec(wallAgain!)!;
  expect(Number(killedMs)).toBeLessThanOrEqual(2_000);
  expect(carWithout).toMatch(/2 × lamp-yellow\.txt +nobody has it\n/);
  expect(carWithout).toContain('Not delivered: 1 of its 5 kinds of pieces are missing.');
  expect(carAgain).toContain('Delivered: 12 pieces');
});

function fileOf(path: string, bytes: string): readonly Uint8Array[] {
  const entry = { path, size: bytes.length, modified: 0 };
  return [headOf(entry), Buffer.from(bytes), paddingOf(bytes.length)];
}

it('Its reading of an archive ends, whatever is cut off', async () => {
  const { filesIn } = (await import('../../examples/lego/tar.mjs' as string)) as {
    filesIn: (archive: Buffer) => string[];
  };
  const archive = Buffer.concat([...fileOf('a', 'x'), ...fileOf('b', 'y'.repeat(513)), END_OF_ARCHIVE]);
  expect(filesIn(archive)).toEqual(['a', 'b']);
  const last = archive.length - END_OF_ARCHIVE.length;
  for (let end = 0; end <= last; end += 100)
    expect(() => filesIn(archive.subarray(0, end))).toThrow('cut off');
  expect(() => filesIn(Buffer.alloc(1024, '-1'))).toThrow('no tar archive');
});
