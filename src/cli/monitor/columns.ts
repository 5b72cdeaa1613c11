import { age, clock, count } from './format.js';
import { isMember, type MonitorState, portOf, type Row, type RowState } from './state.js';
import type { Tone } from './text.js';

/** A heartbeat that is older than this is late. */
const LATE_MS = 2500;
const NONE = '–';

const TONES: Readonly<Record<RowState, Tone>> = {
  up: 'good',
  filling: 'warn',
  suspected: 'bad',
  leaving: 'warn',
  left: 'dim',
  dead: 'bad',
  gone: 'warn',
  joining: 'warn',
  returning: 'warn',
  apart: 'warn',
};

/** What a cell may look at. */
export interface Seen {
  readonly row: Row;
  readonly state: MonitorState;
  readonly now: number;
  /** In the order of the ring, from 1. */
  readonly place: number;
}

export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
}

export interface Column {
  readonly heading: string;
  readonly isRight: boolean;
  /** Where there is no room for all, the highest goes first. */
  readonly rank: number;
  /** Columns at least, so that figures which change do not move the rest. */
  readonly least: number;
  readonly cell: (seen: Seen) => Cell;
}

/** The first of them, which gets the room that is left. */
export const NAME: Column = column('server', 0, ({ row, state }) => {
  if (!isMember(row)) return { text: row.name, tone: 'dim' };
  return { text: row.name, tone: row.name === state.primary ? 'bold' : 'plain' };
});

/** In the order in which they are shown. */
export const COLUMNS: readonly Column[] = [
  right('#', 6, ({ row, place }) => ({ text: isMember(row) ? String(place) : '' })),
  NAME,
  column('role', 3, roleOf, 7),
  right('port', 4, ({ row }) => ({ text: String(portOf(row) ?? NONE) }), 5),
  column('state', 1, ({ row: { state } }) => ({ text: state, tone: TONES[state] })),
  column('heard', 5, ({ row }) => ({ text: row.heardAt === null ? NONE : clock(row.heardAt) }), 8),
  right('age', 2, ageOf, 5),
  right('revision', 7, ({ row }) => ({ text: row.figures === null ? NONE : count(row.figures.revision) })),
  right('req/s', 8, requestsOf),
  right('open', 9, ({ row }) => ({ text: String(row.figures?.inFlight ?? NONE) })),
  right('priority', 11, ({ row }) => ({ text: String(row.priority ?? NONE) })),
  column('address', 10, ({ row }) => ({ text: row.url, tone: 'dim' })),
];

function column(heading: string, rank: number, cell: Column['cell'], least = 0): Column {
  return { heading, rank, cell, least, isRight: false };
}

function right(heading: string, rank: number, cell: Column['cell'], least = 0): Column {
  return { heading, rank, cell, least, isRight: true };
}

function roleOf({ row, state }: Seen): Cell {
  if (!isMember(row)) return { text: '' };
  return row.name === state.primary ? { text: 'primary', tone: 'bold' } : { text: 'backup' };
}

function ageOf({ row, now }: Seen): Cell {
  if (row.heardAt === null) return { text: NONE };
  const ageMs = now - row.heardAt;
  return { text: age(ageMs), tone: isMember(row) && ageMs > LATE_MS ? 'bad' : 'plain' };
}

function requestsOf({ row: { figures } }: Seen): Cell {
  if (figures === null || figures.perSecond === null) return { text: NONE };
  return { text: count(Math.round(figures.perSecond)) };
}
