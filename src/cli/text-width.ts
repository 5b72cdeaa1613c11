/** Characters that fill two columns of a terminal; half-width forms of these scripts fill one. */
const WIDE =
  /^(?![\uFF65-\uFFDC])[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303F\uFF01-\uFF60\uFFE0-\uFFE6]|\uFE0F/u;
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const PLAIN = /^[ -~]*$/;
const ELLIPSIS = '…';
/** Marks that turn the direction of what follows, and control characters: on a terminal they would disturb the rest of it. */
const DISTURBING = /[\u202A-\u202E\u2066-\u2069\p{Cc}]/gu;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Columns that the text fills on a terminal. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return partsOf(text).reduce((sum, part) => sum + partWidth(part), 0);
}

/** The text in so many columns; what is too long loses its middle, for keys differ at both ends. */
export function fitText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  const parts = partsOf(text);
  const room = Math.max(columns - 1, 0);
  const tail = take(parts.toReversed(), Math.ceil(room / 2)).toReversed();
  const head = take(parts, room - textWidth(tail.join('')));
  return `${head.join('')}${ELLIPSIS}${tail.join('')}`;
}

/** What of the text is in the first columns. */
export function headOf(text: string, columns: number): string {
  return take(partsOf(text), columns).join('');
}

/** The text as it can be shown on a terminal. */
export function harmless(text: string): string {
  return text.replaceAll(DISTURBING, '\uFFFD');
}

function partsOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

function partWidth(part: string): number {
  if (WIDE.test(part)) return 2;
  return NO_WIDTH.test(part) ? 0 : 1;
}

function take(parts: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let left = columns;
  for (const part of parts) {
    left -= partWidth(part);
    if (left < 0) break;
    taken.push(part);
  }
  return taken;
}
