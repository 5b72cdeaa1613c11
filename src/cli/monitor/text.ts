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
/** Control characters, and marks that turn the direction of what follows: on a terminal they would disturb the rest of it. */
const DISTURBING = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;
const PLAIN = /^[ -~]*$/;
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303F\uFF01-\uFF60]|\uFE0F/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What comes from the ring is anybody's text. */
export function piece(text: string, tone: Tone = 'plain'): Piece {
  return { text: text.replaceAll(DISTURBING, '\uFFFD'), tone };
}

/** Columns that the text fills on a terminal. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : partsOf(text).reduce((sum, part) => sum + partWidth(part), 0);
}

/** The text in at most so many columns; what is too long loses its end. */
export function fit(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let taken = '';
  let left = columns - 1;
  for (const part of partsOf(text)) {
    left -= partWidth(part);
    if (left < 0) break;
    taken += part;
  }
  return columns < 1 ? '' : taken + ELLIPSIS;
}

/** The text in exactly so many columns. */
export function pad(text: string, columns: number, isRight = false): string {
  const fitting = fit(text, columns);
  const gap = ' '.repeat(Math.max(0, columns - widthOf(fitting)));
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
    left -= widthOf(shown);
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

function partsOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

function partWidth(part: string): number {
  if (WIDE.test(part)) return 2;
  return NO_WIDTH.test(part) ? 0 : 1;
}
