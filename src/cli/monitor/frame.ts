import { counted } from '../units.js';
import { age, clock, count, rate } from './format.js';
import type { Log } from './log.js';
import { isMember, membersOf, type MonitorState, nameAt } from './state.js';
import { tableOf } from './table.js';
import { fitLine, type Line, piece } from './text.js';
import { textWidth } from '../text-width.js';
import { lineOf } from './words.js';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What happened has this part of the screen at least, as far as there is room at all. */
const LEAST_LOG_ROWS = 4;
/** But first come the heading, some servers, and how many more there are. */
const LEAST_TABLE_ROWS = 5;
const BLANK: Line = [];

/** The whole screen: the ring, its servers, what has happened, the newest last. */
export function frameOf(state: MonitorState, log: Log, now: number, size: Size): Line[] {
  const head = [title(state, now, size), standing(state, now), BLANK];
  const foot = footOf(size);
  const room = size.rows - head.length - foot.length;
  const table = boundedTable(
    state,
    now,
    size.columns,
    Math.min(room, Math.max(LEAST_TABLE_ROWS, room - LEAST_LOG_ROWS - 1)),
  );
  const logRows = Math.max(0, room - table.length - 1);
  const shown = logRows === 0 ? [] : log.slice(-logRows).map(lineOf);
  const lines = [...head, ...table, BLANK, ...shown];
  const filled = [
    ...lines,
    ...Array.from({ length: Math.max(0, size.rows - lines.length - foot.length) }, () => BLANK),
  ];
  return [...filled.slice(0, size.rows - foot.length), ...foot].map((line) => fitLine(line, size.columns));
}

function title(state: MonitorState, now: number, { columns }: Size): Line {
  const { ring, view, provisional, revision, objects, conflicts } = state;
  const left = [
    piece(ring === '' ? 'Ringlet' : `Ring ${ring}`, 'bold'),
    ...(view === 0 ? [] : [piece(`  view ${count(view)}`)]),
    ...(provisional ? [piece(' (provisional)', 'warn')] : []),
    ...(view === 0 ? [] : [piece(`  revision ${count(revision)}  ${counted(objects, 'object')}`)]),
    ...(conflicts > 0 ? [piece(`  ${counted(conflicts, 'conflict')}`, 'warn')] : []),
  ];
  const time = clock(now);
  const gap = columns - left.reduce((sum, { text }) => sum + textWidth(text), 0) - time.length;
  return gap < 2 ? left : [...left, piece(' '.repeat(gap)), piece(time, 'dim')];
}

/** Through whom it watches, or that there is nobody. */
function standing(state: MonitorState, now: number): Line {
  const { contact, contactSince, why, watching, putsPerSecond, deletesPerSecond } = state;
  if (contact === 'none') return [piece('Looking for a server …', 'dim')];
  if (contact === 'lost') {
    const since = `No server answers since ${clock(contactSince)} (${age(now - contactSince)})`;
    return [piece(since, 'bad'), piece(`: ${why}`)];
  }
  if (contact === 'outside')
    return [piece('Servers answer, and none of them is a member of a ring yet', 'warn')];
  const through = watching === null ? 'Watching' : `Watching through ${nameAt(state, watching)}`;
  const writes = `${rate(putsPerSecond)} puts/s, ${rate(deletesPerSecond)} deletes/s`;
  return [piece(`${through}: ${counted(membersOf(state).length, 'member')}, ${writes}`, 'dim')];
}

/** What does not fit is counted. Members come before those who have gone. */
function boundedTable(state: MonitorState, now: number, columns: number, rows: number): Line[] {
  if (state.rows.length === 0) return [];
  const most = rows - 1;
  if (state.rows.length <= most) return tableOf(state, state.rows, now, columns);
  const shown = state.rows.slice(0, Math.max(0, most - 1));
  const hidden = state.rows.slice(shown.length);
  const members = hidden.filter(isMember).length;
  const rest = [
    ...(members > 0 ? [`${counted(members, 'member')} more`] : []),
    ...(hidden.length > members ? [`${hidden.length - members} gone`] : []),
  ].join(', ');
  return [...tableOf(state, shown, now, columns), [piece(`   … ${rest}`, 'dim')]];
}

function footOf({ rows }: Size): Line[] {
  return rows < 12 ? [] : [[piece('q ends', 'dim')]];
}
