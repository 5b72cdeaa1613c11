import type { MemberEvent, WatchEvent } from '../../client/index.js';
import type { Taken, What } from './happening.js';
import type { GoneReason } from './report.js';
import { isMember, type MonitorState, type Row } from './state.js';

/** Events that are remembered so that none is told twice. */
const REMEMBERED = 64;
const GONE_STATES = { leaving: 'left', lost: 'dead', unknown: 'gone' } as const;

export function takeEvent(state: MonitorState, event: WatchEvent, at: number): Taken {
  switch (event.type) {
    case 'joined':
    case 'left':
    case 'promoted':
      return takeChange(state, event, at);
    case 'suspected':
      return suspect(state, event.server, event.reason ?? 'it does not answer');
    case 'conflict': {
      const { key, revision, deleted } = event;
      return { next: state, told: [{ kind: 'conflict', key, revision, deleted }] };
    }
    case 'settled':
      return { next: state, told: [{ kind: 'settled', key: event.key, of: event.of }] };
    case 'merging':
      return { next: state, told: [{ kind: 'merging', count: event.count }] };
    case 'merged':
      return { next: state, told: [{ kind: 'merged' }] };
    case 'gap':
      return { next: state, told: [{ kind: 'gap', revision: event.revision }] };
    case 'put':
    case 'delete':
    case 'heartbeat':
    case 'island-up':
    case 'island-down':
      return { next: state, told: [] };
  }
}

/**
 * A change of the members counts once, whether an event or a report tells it first: reports cover every view up to their own, and
 * another server may tell the same event again.
 */
function takeChange(state: MonitorState, event: MemberEvent, at: number): Taken {
  const { type, server, view } = event;
  const mark = `${type} ${server} ${view}`;
  if (view <= state.view || state.told.includes(mark)) return { next: state, told: [] };
  const told = [...state.told, mark].slice(-REMEMBERED);
  const toldView = Math.max(state.toldView, view);
  return apply({ ...state, told, toldView }, event, at);
}

function apply(state: MonitorState, event: MemberEvent, at: number): Taken {
  const { type, server, view } = event;
  switch (type) {
    case 'joined':
      return { next: withMember(state, event), told: [{ kind: type, server, view }] };
    case 'promoted':
      return { next: { ...state, primary: server }, told: [{ kind: type, server, view }] };
    case 'left':
      return leave(state, server, view, reasonOf(event), at);
    case 'suspected':
      return { next: state, told: [] };
  }
}

function withMember(state: MonitorState, { server, url }: MemberEvent): MonitorState {
  const others = state.rows.filter(({ name }) => name !== server);
  const unknown = { id: null, priority: null, heardAt: null, figures: null, goneAt: null };
  const joined: Row = { name: server, url, state: 'filling', ...unknown };
  const rows = [...others.filter(isMember), joined, ...others.filter((row) => !isMember(row))];
  return { ...state, rows };
}

function leave(state: MonitorState, server: string, view: number, reason: GoneReason, at: number): Taken {
  const leaver = state.rows.find((row) => row.name === server && isMember(row));
  if (leaver === undefined) return { next: state, told: [] };
  const others = state.rows.filter((row) => row !== leaver);
  const gone: Row = { ...leaver, state: GONE_STATES[reason], figures: null, goneAt: at };
  const rows = [...others.filter(isMember), gone, ...others.filter((row) => !isMember(row))];
  return { next: { ...state, rows }, told: [{ kind: 'left', server, view, reason }] };
}

/** Servers repeat a suspicion that comes to nothing; it is told once until it is over. */
function suspect(state: MonitorState, server: string, reason: string): Taken {
  const suspected = state.rows.find((row) => row.name === server && isMember(row));
  if (suspected === undefined || suspected.state === 'suspected') return { next: state, told: [] };
  const rows = state.rows.map((row) => (row === suspected ? { ...row, state: 'suspected' as const } : row));
  const told: What[] = [{ kind: 'suspected', server, reason }];
  return { next: { ...state, rows }, told };
}

function reasonOf({ reason }: MemberEvent): GoneReason {
  return reason === 'leaving' || reason === 'lost' ? reason : 'unknown';
}
