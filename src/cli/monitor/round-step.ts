import type { Taken, What } from './happening.js';
import type { Answer, Input } from './input.js';
import { type MembersChange, differencesOf } from './differences.js';
import { chooseReport, type Report } from './report.js';
import { goneRows, memberRows, type Round } from './rows.js';
import { type MonitorState, nameAt } from './state.js';

/** An earlier view than is known may be that of a server that is late; when it lasts for so many rounds, it is what there is. */
const MOST_OLDER_ROUNDS = 3;
const SECOND_MS = 1000;

/** What all servers that were asked say. */
export function takeRound(state: MonitorState, { at, answers, why }: Input & { kind: 'round' }): Taken {
  const reports = answers.flatMap(({ report }) => (report === null ? [] : [report]));
  if (reports.length === 0) return lose(state, why, at);
  const back = regain(state, at);
  const report = chooseReport(reports);
  if (report === null) return outside(back, answers, at);
  const isOlder = report.view < Math.max(state.view, state.toldView);
  const olderRounds = isOlder ? state.olderRounds + 1 : 0;
  const next = { ...back.next, contact: 'ok' as const, olderRounds };
  if (isOlder && olderRounds < MOST_OLDER_ROUNDS) return { ...back, next };
  const entered = enter(next, report, { at, answers, report });
  return { next: entered.next, told: [...back.told, ...entered.told] };
}

function lose(state: MonitorState, why: string, at: number): Taken {
  if (state.contact === 'lost') return { next: { ...state, why }, told: [] };
  const rows = state.rows.map((row) => ({ ...row, figures: null }));
  const rates = { putsPerSecond: 0, deletesPerSecond: 0 };
  const next: MonitorState = { ...state, ...rates, contact: 'lost', why, contactSince: at, rows };
  return { next, told: [{ kind: 'unreachable', why }] };
}

function regain(state: MonitorState, at: number): Taken {
  if (state.contact === 'ok') return { next: state, told: [] };
  const next = { ...state, why: '', contactSince: at };
  if (state.contact !== 'lost') return { next, told: [] };
  const afterSeconds = Math.round((at - state.contactSince) / SECOND_MS);
  return { next, told: [{ kind: 'reachable', afterSeconds }] };
}

/** Servers answer, but none of them is a member: what was known of the ring is kept, and nothing said of it. */
function outside({ next, told }: Taken, answers: readonly Answer[], at: number): Taken {
  const [first] = answers.flatMap(({ report }) => (report === null ? [] : [report]));
  const rows = goneRows(next, { at, answers, report: { ...first!, members: [] } });
  return { next: { ...next, contact: 'outside', ring: first!.ring, rows }, told };
}

function enter(state: MonitorState, report: Report, round: Round): Taken {
  const { ring, view, primary, provisional, revision, objects, conflicts } = report;
  const members = memberRows(state, round);
  const rows = [...members, ...goneRows(state, round)];
  const change: MembersChange = { state, report, members };
  const about = { ring, view, toldView: view, primary, provisional };
  // A server that is asked a moment later may be ahead; the ring does not go back.
  const newest = Math.max(revision, ...members.map(({ figures }) => figures?.revision ?? 0));
  const next = { ...state, ...about, revision: newest, objects, conflicts, rows };
  return { next, told: state.view === 0 ? firstOf(next, report) : differencesOf(change) };
}

/** The ring, and through whom it is watched if that is so already. */
function firstOf(state: MonitorState, { ring, view, primary, members }: Report): What[] {
  const { revision, watching } = state;
  const names = members.map(({ name }) => name);
  const found: What = { kind: 'ring', ring, view, primary, members: names, revision };
  if (watching === null) return [found];
  return [found, { kind: 'watching', server: nameAt(state, watching), url: watching, before: null }];
}
