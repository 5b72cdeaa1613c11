import type { Answer } from './input.js';
import {
  ageMs,
  isOfMember,
  isSameView,
  type Report,
  type ReportedGone,
  type ReportedMember,
} from './report.js';
import { type Figures, isMember, type MonitorState, type Row, type RowState } from './state.js';

/** For how long it is shown who has gone. */
export const SHOW_GONE_MS = 60_000;
/** The monitor's own question is among the requests that a server has answered. */
const OWN_REQUESTS = 1;
const GONE_STATES = { leaving: 'left', lost: 'dead', unknown: 'gone' } as const;

export interface Round {
  readonly at: number;
  readonly answers: readonly Answer[];
  /** The one that counts. */
  readonly report: Report;
}

/** The members, in order, with all that the servers say of each. */
export function memberRows(state: MonitorState, round: Round): Row[] {
  return round.report.members.map((member) => memberRow(member, state, round));
}

/** Who was a member a while ago, the last one first. Who answers says itself what it does now. */
export function goneRows(state: MonitorState, round: Round): Row[] {
  const { report, at } = round;
  const isBack = ({ name }: { name: string }) => report.members.some((member) => member.name === name);
  const known = state.rows.map((row) => (isMember(row) ? departed(row, round) : row));
  const isKnown = ({ name }: ReportedGone) => known.some((row) => row.name === name);
  const told = (report.gone ?? []).filter((gone) => !isKnown(gone)).map((gone) => rowOfGone(gone, round));
  return [...known, ...told]
    .filter((row) => !isBack(row) && at - row.goneAt! < SHOW_GONE_MS)
    .map((row) => withOwnWords(row, round))
    .toSorted((a, b) => b.goneAt! - a.goneAt!);
}

function memberRow(member: ReportedMember, state: MonitorState, round: Round): Row {
  const { id, name, url, priority } = member;
  const before = state.rows.find((row) => row.name === name && (row.id === id || row.id === null));
  const own = ownReport(name, round);
  const heardAt = latest(before?.heardAt ?? null, ...hearings(name, round), own === null ? null : round.at);
  const figures = own === null ? null : figuresOf(own, before?.figures ?? null);
  return { name, id, url, priority, state: stateOf(member, round), heardAt, figures, goneAt: null };
}

/** Suspicion is what one server thinks, so any of them counts. */
function stateOf({ name, state }: ReportedMember, round: Round): RowState {
  const isSuspected = sameViews(round).some(({ members }) =>
    members.some((member) => member.name === name && member.state === 'suspected'),
  );
  if (isSuspected) return 'suspected';
  return ownReport(name, round)?.state === 'leaving' ? 'leaving' : state;
}

/** When each server of the view has heard of this one. */
function hearings(name: string, round: Round): (number | null)[] {
  return sameViews(round).map((report) => {
    const age = ageMs(report, report.members.find((member) => member.name === name)?.heard);
    return age === null ? null : round.at - age;
  });
}

function figuresOf({ revision, time, load }: Report, before: Figures | null): Figures {
  const toldAt = time === undefined ? 0 : Date.parse(time);
  const requests = load?.requests ?? null;
  const inFlight = load?.inFlight ?? null;
  return { revision, requests, toldAt, inFlight, perSecond: rateOf(requests, toldAt, before) };
}

/** Null without two counts of one life of the server. */
function rateOf(requests: number | null, toldAt: number, before: Figures | null): number | null {
  if (requests === null || before === null || before.requests === null) return null;
  const seconds = (toldAt - before.toldAt) / 1000;
  const count = requests - before.requests;
  return seconds <= 0 || count < 0 ? null : Math.max(0, count - OWN_REQUESTS) / seconds;
}

function departed(row: Row, { report, at }: Round): Row {
  const reason = report.gone?.find(({ name, id }) => name === row.name && id === row.id)?.reason ?? 'unknown';
  return { ...row, state: GONE_STATES[reason], figures: null, goneAt: at };
}

function rowOfGone(gone: ReportedGone, { report, at }: Round): Row {
  const { id, name, url, reason, time } = gone;
  const goneAt = at - (ageMs(report, time) ?? 0);
  return { name, id, url, priority: null, state: GONE_STATES[reason], heardAt: null, figures: null, goneAt };
}

function withOwnWords(row: Row, round: Round): Row {
  const own = ownReport(row.name, round);
  if (own === null) return row;
  const state = isOfMember(own) ? 'apart' : (own.state as RowState);
  return { ...row, state, figures: figuresOf(own, row.figures), heardAt: round.at };
}

function ownReport(name: string, { answers }: Round): Report | null {
  return answers.find(({ report }) => report?.self === name)?.report ?? null;
}

function sameViews({ answers, report }: Round): Report[] {
  return answers.flatMap((answer) =>
    answer.report !== null && isSameView(answer.report, report) ? [answer.report] : [],
  );
}

function latest(...times: (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(...known);
}
