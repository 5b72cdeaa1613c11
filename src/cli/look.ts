import type { Context } from './context.js';
import { fitText, harmless, textWidth } from './text-width.js';

const DEFAULT_COLUMNS = 80;
const GAP = '  ';
const STYLES = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33', cyan: '36' } as const;

export type Style = keyof typeof STYLES;

export interface Cell {
  readonly text: string;
  readonly style?: Style;
  readonly alignRight?: boolean;
}

/** How things look on standard output: on a terminal they are made for people, elsewhere they are whole and plain. */
export class Look {
  readonly isTerminal: boolean;
  /** Infinity where nothing has to fit. */
  readonly columns: number;
  private readonly hasColours: boolean;

  constructor({ stdout, environment }: Pick<Context, 'stdout' | 'environment'>) {
    this.isTerminal = stdout.isTTY === true;
    this.columns = this.isTerminal ? columnsOf(stdout) : Infinity;
    this.hasColours = this.isTerminal && wantsColours(environment) && isCapable(environment);
  }

  paint(text: string, style: Style | undefined): string {
    return this.hasColours && style !== undefined ? `\u001B[${STYLES[style]}m${text}\u001B[0m` : text;
  }

  /** Lines with the columns aligned. On a terminal, `flexible` is the column that gives way. `least`: widths at least. */
  table(rows: readonly (readonly Cell[])[], flexible: number, least: readonly number[] = []): string[] {
    const shown = rows.map((row) => row.map((cell) => ({ ...cell, text: this.shown(cell.text) })));
    const widths = widthsOf(shown, least);
    const total = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length);
    widths[flexible] = Math.max((widths[flexible] ?? 0) - Math.max(total - this.columns, 0), 1);
    return shown.map((row) =>
      row
        .map((cell, at) => this.cell(cell, widths[at]!))
        .join(GAP)
        .trimEnd(),
    );
  }

  /** Cuts one line where the terminal ends. */
  line(text: string): string {
    return fitText(this.shown(text), this.columns);
  }

  private cell({ text, style, alignRight = false }: Cell, width: number): string {
    const fitting = fitText(text, width);
    const gap = ' '.repeat(Math.max(width - textWidth(fitting), 0));
    const painted = this.paint(fitting, style);
    return alignRight ? gap + painted : painted + gap;
  }

  private shown(text: string): string {
    return this.isTerminal ? harmless(text) : text;
  }
}

/** https://no-color.org */
export function wantsColours(environment: Context['environment']): boolean {
  return !environment['NO_COLOR'];
}

/** Of more than lines one after the other. */
export function isCapable(environment: Context['environment']): boolean {
  return environment['TERM'] !== 'dumb';
}

/** One that does not know its size, as behind `script` or without a window, says 0. */
export function columnsOf({ columns }: { readonly columns?: number }): number {
  return columns || DEFAULT_COLUMNS;
}

/** Each column as wide as its widest cell, and at least so wide. */
function widthsOf(rows: readonly (readonly Cell[])[], least: readonly number[]): number[] {
  const widths = [...least];
  for (const row of rows)
    for (const [at, { text }] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, textWidth(text));
  return widths;
}
