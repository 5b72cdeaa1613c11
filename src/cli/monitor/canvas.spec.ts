import { beforeEach, expect, test } from '@jest/globals';

import { Canvas, changesOf } from './canvas.js';
import { piece } from './text.js';

const ESC = '\u001B[';
let written: string;
let canvas: Canvas;
beforeEach(() => {
  written = '';
  canvas = new Canvas((text) => (written += text), false);
});

function draw(...texts: readonly string[]): string {
  written = '';
  canvas.draw(
    texts.map((text) => [piece(text, 'bold')]),
    4,
  );
  return written;
}

test('only what differs is written', () => {
  expect(changesOf(['a', 'b'], ['a', 'c'])).toBe(`${ESC}?2026h${ESC}2;1Hc${ESC}?2026l`);
  draw('a', 'b');
  expect([draw('a', 'b'), draw('a', 'c').includes('a')]).toEqual(['', false]);
});

test('a full line keeps its last character, another one is cleared behind', () => {
  expect(draw('abcd', 'abc')).toContain(`abcd${ESC}2;1Habc${ESC}K`);
});

test('after another size everything is written', () => {
  draw('a', 'b');
  canvas.forget();
  expect(draw('a')).toBe(`${ESC}2J${ESC}?2026h${ESC}1;1Ha${ESC}K${ESC}?2026l`);
});

test('the terminal is set back, and only once', () => {
  expect(draw('a')).toContain(`${ESC}?1049h`);
  written = '';
  canvas.leave();
  canvas.leave();
  expect(written).toBe(`${ESC}?7h${ESC}?25h${ESC}?1049l`);
});

test('what was never drawn leaves nothing to set back', () => {
  canvas.leave();
  expect(written).toBe('');
});

test('without colours there are no colours', () => {
  expect(draw('a').includes(`${ESC}1m`)).toBe(false);
  new Canvas((text) => (written += text), true).draw([[piece('a', 'bold')]], 4);
  expect(written).toContain(`${ESC}1ma`);
});
