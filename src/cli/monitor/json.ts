import type { Happening } from './happening.js';
import { isMember, type MonitorState, portOf, type Row } from './state.js';

/** What happened, for programs: `time` and `event` are always there. */
export function documentOf({ at, kind, ...rest }: Happening): object {
  return { time: new Date(at).toISOString(), event: kind, ...rest };
}

/** The heartbeat of each server that is known, as of this moment. */
export function heartbeatsOf(state: MonitorState, at: number): object[] {
  return state.rows.map((row) => ({
    time: new Date(at).toISOString(),
    event: 'heartbeat',
    server: row.name,
    url: row.url,
    port: portOf(row),
    role: roleOf(row, state),
    state: row.state,
    heard: row.heardAt === null ? null : new Date(row.heardAt).toISOString(),
    view: state.view,
    revision: row.figures?.revision ?? null,
    requestsPerSecond: rounded(row.figures?.perSecond ?? null),
    inFlight: row.figures?.inFlight ?? null,
  }));
}

function roleOf(row: Row, { primary }: MonitorState): 'primary' | 'backup' | null {
  if (!isMember(row)) return null;
  return row.name === primary ? 'primary' : 'backup';
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}
