import { expect, test } from '@jest/globals';

import { barOf, Progress } from './progress.js';
import { counted, formatBytes } from './units.js';

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1023 bytes'],
  [1024, '1.0 KiB'],
  [1_572_864, '1.5 MiB'],
  [2 ** 51, '2048.0 TiB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('one is one, and all else are many', () => {
  expect([0, 1, 2].map((count) => counted(count, 'object'))).toEqual(['0 objects', '1 object', '2 objects']);
});

test('a bar does not say that all is done when it has passed an estimate', () => {
  expect(barOf(50, 100)).toBe('[############------------]  50%');
  expect(barOf(200, 100)).toContain(' 99%');
  expect(barOf(1, 0)).toContain('   0%');
});

test('progress is shown on a terminal only, now and then, and taken away again', () => {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  for (const isTTY of [false, true]) {
    const progress = new Progress({ isTTY, write }, 'backup');
    progress.show(1, 2);
    progress.show(2, 2);
    progress.end();
  }
  expect(written).toEqual([expect.stringMatching(/backup \[#+-+\]  50% 1 byte, /), '\r\u001B[K']);
});

test('progress never fills more than one line', () => {
  const written: string[] = [];
  const progress = new Progress({ isTTY: true, columns: 20, write: (text) => written.push(text) }, 'backup');
  progress.show(1, 2);
  expect(written).toEqual(['\r\u001B[Kbackup [###########']);
});
