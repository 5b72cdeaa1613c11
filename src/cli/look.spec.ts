import { expect, test } from '@jest/globals';

import { Look } from './look.js';
import { textWidth } from './text-width.js';

const ROWS = [
  [{ text: '1' }, { text: 'short', style: 'green' as const }, { text: 'x' }],
  [{ text: '12', alignRight: true }, { text: 'a very long key of an object' }, { text: 'yy' }],
];

function lookAt(isTTY: boolean, columns?: number, environment = {}): Look {
  return new Look({ stdout: { isTTY, columns } as never, environment });
}

test('a table is aligned, and whole where it is not on a terminal', () => {
  expect(lookAt(false).table(ROWS, 1)).toEqual([
    '1   short                         x',
    '12  a very long key of an object  yy',
  ]);
});

test('a table fits a terminal, and one column gives way', () => {
  const lines = lookAt(true, 20, { NO_COLOR: '1' }).table(ROWS, 1);
  expect(lines).toEqual(['1   short         x', '12  a ver…object  yy']);
  expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(20);
});

test('colours are for terminals that have them', () => {
  const green = '\u001B[32mx\u001B[0m';
  expect(lookAt(true).paint('x', 'green')).toBe(green);
  expect(lookAt(true).table(ROWS, 1)[0]).toContain('\u001B[32mshort\u001B[0m  ');
  expect(lookAt(true, 80, { NO_COLOR: '1' }).paint('x', 'green')).toBe('x');
  expect(lookAt(true, 80, { TERM: 'dumb' }).paint('x', 'green')).toBe('x');
  expect(lookAt(false).paint('x', 'green')).toBe('x');
});

test('a line ends where the terminal does', () => {
  expect(lookAt(true, 5).line('123456')).toBe('12…56');
  expect(lookAt(true).line('1'.repeat(81))).toHaveLength(80);
  expect(lookAt(true, 0).line('1'.repeat(81))).toHaveLength(80);
  expect(lookAt(false, 5).line('123456')).toBe('123456');
});
