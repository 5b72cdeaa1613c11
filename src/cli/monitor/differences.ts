import type { What } from './happening.js';
import type { Report } from './report.js';
import { isMember, type MonitorState, type Row } from './state.js';

/** The members as they were known, and as they are reported now. */
export interface MembersChange {
  readonly state: MonitorState;
  readonly report: Report;
  /** The rows that are made of the report. */
  readonly members: readonly Row[];
}

/** What has changed and was not told by an event before. Who left comes first, as it may be back within one view. */
export function differencesOf(change: MembersChange): What[] {
  return [...departures(change), ...arrivals(change), ...promotion(change), ...states(change)];
}

function departures({ state, report, members }: MembersChange): What[] {
  const left = state.rows.filter(
    (row) => isMember(row) && !members.some((member) => isSameLife(row, member)),
  );
  return left.map(({ name, id }) => {
    const reason = report.gone?.find((gone) => gone.name === name && gone.id === id)?.reason ?? 'unknown';
    return { kind: 'left', server: name, view: report.view, reason };
  });
}

function arrivals({ state, report, members }: MembersChange): What[] {
  return members
    .filter((member) => !state.rows.some((row) => isMember(row) && isSameLife(row, member)))
    .map(({ name }) => ({ kind: 'joined', server: name, view: report.view }));
}

function promotion({ state, report }: MembersChange): What[] {
  const told: What[] = [];
  const { primary, view, provisional } = report;
  if (primary !== null && primary !== state.primary) told.push({ kind: 'promoted', server: primary, view });
  if (provisional !== state.provisional) told.push({ kind: 'provisional', provisional, view });
  return told;
}

function states({ state, members }: MembersChange): What[] {
  return members.flatMap((member) => {
    const before = state.rows.find((row) => isMember(row) && isSameLife(row, member))?.state;
    return stateChange(member, before);
  });
}

function stateChange({ name, state }: Row, before: Row['state'] | undefined): What[] {
  if (before === state || before === undefined) return [];
  if (state === 'suspected')
    return [{ kind: 'suspected', server: name, reason: 'another member cannot reach it' }];
  if (before === 'suspected') return [{ kind: 'cleared', server: name }];
  return state === 'up' && before === 'filling' ? [{ kind: 'filled', server: name }] : [];
}

/** An event does not tell the id, which is new at every start of a server. */
function isSameLife(row: Row, member: Row): boolean {
  return row.name === member.name && (row.id === null || row.id === member.id);
}
