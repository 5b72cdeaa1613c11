import { harmless, headOf, textWidth } from '../text-width.js';

/** How a piece of a line looks where there are colours. */
export type Tone = 'plain' | 'bold' | 'dim' | 'good' | 'warn' | 'bad';

export interface Piece {
  readonly text: string;
  readonly tone: Tone;
}

export type Line = readonly Piece[];

const CODES: Readonly<Record<Tone, string>> = {
  plain: '',
  bold: '1',
  dim: '2',
  good: '32',
  warn: '33',
  bad: '1;31',
};
const ESC = '\u001B[';
const ELLIPSIS = '…';

/** What comes from the ring is anybody's text. */
export function piece(text: string, tone: Tone = 'plain'): Piece {
  return { text: harmless(text), tone };
}

/** The text in at most so many columns; what is too long loses its end. */
export function fit(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  return columns < 1 ? '' : headOf(text, columns - 1) + ELLIPSIS;
}

/** The text in exactly so many columns. */
export function pad(text: string, columns: number, isRight = false): string {
  const fitting = fit(text, columns);
  const gap = ' '.repeat(Math.max(0, columns - textWidth(fitting)));
  return isRight ? gap + fitting : fitting + gap;
}

/** The line in at most so many columns. */
export function fitLine(line: Line, columns: number): Line {
  const fitting: Piece[] = [];
  let left = columns;
  for (const { text, tone } of line) {
    if (left <= 0) break;
    const shown = fit(text, left);
    fitting.push({ text: shown, tone });
    left -= textWidth(shown);
    if (shown !== text) break;
  }
  return fitting;
}

export function plain(line: Line): string {
  return line.map(({ text }) => text).join('');
}

/** With the codes of a terminal. */
export function paint(line: Line): string {
  return line
    .map(({ text, tone }) => (CODES[tone] === '' ? text : `${ESC}${CODES[tone]}m${text}${ESC}0m`))
    .join('');
}
