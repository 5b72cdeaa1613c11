import { type Line, paint, plain } from './text.js';
import { textWidth } from '../text-width.js';

const ESC = '\u001B[';
/** Another screen, so that what was on this one is there again afterwards; no cursor; long lines are cut, not wrapped. */
const ENTER = `${ESC}?1049h${ESC}?25l${ESC}?7l${ESC}2J`;
const LEAVE = `${ESC}?7h${ESC}?25h${ESC}?1049l`;
/** Terminals that know these show all that lies between at once; the others pass over them. */
const BEGIN = `${ESC}?2026h`;
const END = `${ESC}?2026l`;
const CLEAR_REST = `${ESC}K`;

/** What to write so that the screen shows these lines, when it shows the others now: only lines that differ. */
export function changesOf(shown: readonly string[], wanted: readonly string[]): string {
  const changes = wanted.flatMap((text, at) => (text === shown[at] ? [] : [`${ESC}${at + 1};1H${text}`]));
  return changes.length === 0 ? '' : BEGIN + changes.join('') + END;
}

/** A whole screen of a terminal, from the first drawing to the end. */
export class Canvas {
  private shown: readonly string[] | null = null;

  constructor(
    private readonly write: (text: string) => void,
    private readonly hasColours: boolean,
  ) {}

  draw(lines: readonly Line[], columns: number): void {
    const wanted = lines.map((line) => this.textOf(line, columns));
    const begin = this.shown === null ? ENTER : '';
    const isAsHigh = this.shown?.length === wanted.length;
    const text = isAsHigh ? changesOf(this.shown!, wanted) : `${ESC}2J${changesOf([], wanted)}`;
    this.shown = wanted;
    if (begin + text !== '') this.write(begin + text);
  }

  /** Behind a line that is full the cursor stands on its last character, which must not be cleared. */
  private textOf(line: Line, columns: number): string {
    const text = this.hasColours ? paint(line) : plain(line);
    return textWidth(plain(line)) < columns ? text + CLEAR_REST : text;
  }

  /** The terminal has another size: nothing of what it shows can be relied on. */
  forget(): void {
    if (this.shown !== null) this.shown = [];
  }

  /** The terminal is as it was. */
  leave(): void {
    if (this.shown !== null) this.write(LEAVE);
    this.shown = null;
  }
}
