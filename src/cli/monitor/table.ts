import { type Cell, type Column, COLUMNS, NAME, type Seen } from './columns.js';
import type { MonitorState, Row } from './state.js';
import { fit, type Line, pad, piece } from './text.js';
import { textWidth } from '../text-width.js';

const GAP = '  ';
/** A name has at least so much of what it needs before other columns go. */
const ENOUGH_FOR_NAME = 14;
const MOST_FOR_NAME = 40;

/** One column with its cells, from the heading down. */
interface Filled {
  readonly column: Column;
  readonly cells: readonly Cell[];
  readonly width: number;
}

/** The servers, one a line, below a heading. Columns go, the least needed first, until the rest fits. */
export function tableOf(state: MonitorState, rows: readonly Row[], now: number, columns: number): Line[] {
  const seen = rows.map((row, at): Seen => ({ row, state, now, place: at + 1 }));
  const fitting = fitted(
    COLUMNS.map((column) => fill(column, seen)),
    columns,
  );
  return [headingOf(fitting), ...seen.map((_, at) => lineOf(fitting, at))];
}

function fill(column: Column, seen: readonly Seen[]): Filled {
  const cells = seen.map((one) => column.cell(one));
  const width = Math.max(column.least, ...[column.heading, ...cells.map(({ text }) => text)].map(textWidth));
  return { column, cells, width };
}

function fitted(all: readonly Filled[], columns: number): Filled[] {
  const name = all.find(({ column }) => column === NAME)!;
  const enough = Math.min(name.width, ENOUGH_FOR_NAME);
  let kept = all.filter((one) => one !== name);
  while (kept.length > 0 && columns - widthOfAll(kept) < enough) kept = withoutLast(kept);
  const room = Math.max(1, Math.min(columns - widthOfAll(kept), name.width, MOST_FOR_NAME));
  return all
    .filter((one) => one === name || kept.includes(one))
    .map((one) => (one === name ? { ...one, width: room } : one));
}

/** With a gap each, as there is a name besides. */
function widthOfAll(kept: readonly Filled[]): number {
  return kept.reduce((sum, { width }) => sum + width + GAP.length, 0);
}

function withoutLast(kept: readonly Filled[]): Filled[] {
  const last = kept.reduce((a, b) => (a.column.rank > b.column.rank ? a : b));
  return kept.filter((one) => one !== last);
}

function headingOf(filled: readonly Filled[]): Line {
  const cells = filled.map(({ column, width }) => pad(column.heading, width, column.isRight));
  return [piece(cells.join(GAP).trimEnd(), 'dim')];
}

function lineOf(filled: readonly Filled[], at: number): Line {
  return filled.flatMap(({ column, cells, width }, index) => {
    const { text, tone } = cells[at]!;
    const shown = piece(fit(text, width), tone);
    const gap = ' '.repeat(Math.max(0, width - textWidth(shown.text)));
    const before = (index === 0 ? '' : GAP) + (column.isRight ? gap : '');
    return [piece(before), shown, ...(column.isRight ? [] : [piece(gap)])];
  });
}
