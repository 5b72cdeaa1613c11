import type { Happening } from '../happening.js';
import type { Answer, Input } from '../input.js';
import type { Report, ReportedGone, ReportedMember } from '../report.js';
import { BEGINNING, type MonitorState } from '../state.js';
import { step } from '../step.js';

/** The servers' clocks are an hour behind that of the monitor, which must not matter. */
export const SERVER_LAG_MS = 3_600_000;
export const T0 = Date.parse('2026-03-01T12:00:00.000Z');

export const urlOf = (name: string): string => `http://${name}:8090`;

export function serverTime(at: number): string {
  return new Date(at - SERVER_LAG_MS).toISOString();
}

/** As a server of this name tells of itself and the others. Heard: half a second before `at`. */
export function report(self: string, names: readonly string[], at = T0, more: Partial<Report> = {}): Report {
  const members = names.map((name) => member(name, at));
  const figures = { revision: 7, objects: 2, conflicts: 0, offers: 0, gone: [] };
  const load = { requests: 100, inFlight: 2 };
  const about = {
    ring: 'lab',
    view: 3,
    primary: names[0] ?? null,
    self,
    state: 'member',
    provisional: false,
  };
  return { ...about, ...figures, members, time: serverTime(at), load, ...more };
}

export function member(name: string, at = T0, more: Partial<ReportedMember> = {}): ReportedMember {
  const heard = serverTime(at - 500);
  const about = { id: `id-${name}`, name, url: urlOf(name), ring: name, priority: 9, role: 'both' } as const;
  return { ...about, state: 'up', heard, ...more };
}

export function gone(name: string, reason: ReportedGone['reason'], at = T0): ReportedGone {
  return { id: `id-${name}`, name, url: urlOf(name), reason, time: serverTime(at) };
}

/** The named servers answer. */
export function answers(...reports: readonly Report[]): Answer[] {
  return reports.map((one) => ({ url: urlOf(one.self), report: one }));
}

export function round(at: number, ...reports: readonly Report[]): Input {
  return {
    kind: 'round',
    at,
    answers: answers(...reports),
    why: reports.length === 0 ? 'h: ECONNREFUSED' : '',
  };
}

/** A monitor and all that it has told. */
export class Steps {
  state: MonitorState = BEGINNING;
  private told: Happening[] = [];

  take(...inputs: readonly Input[]): this {
    for (const input of inputs) {
      const { state, happenings } = step(this.state, input);
      this.state = state;
      this.told.push(...happenings);
    }
    return this;
  }

  /** What was told since the last time, in short. */
  news(): string[] {
    return this.told
      .splice(0)
      .map(({ at: _at, kind, ...rest }) => `${kind} ${Object.values(rest).join(' ')}`);
  }

  /** `name state` of each server. */
  rows(): string[] {
    return this.state.rows.map(({ name, state }) => `${name} ${state}`);
  }
}

/** Three servers that all answer. */
export function ringOfThree(): Steps {
  const names = ['a', 'b', 'c'];
  return new Steps().take(round(T0, ...names.map((name) => report(name, names))));
}
