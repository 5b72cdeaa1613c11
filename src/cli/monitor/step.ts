import { takeEvent } from './event-step.js';
import type { Happening, Taken } from './happening.js';
import type { Input } from './input.js';
import { takeRound } from './round-step.js';
import { type MonitorState, nameAt } from './state.js';

export interface Step {
  readonly state: MonitorState;
  /** In order. */
  readonly happenings: readonly Happening[];
}

/** What the monitor knows after an input, and what it tells of it. Pure: the same inputs give the same monitor. */
export function step(state: MonitorState, input: Input): Step {
  const { at } = input;
  const { next, told } = take(state, input);
  return { state: next, happenings: told.map((what) => ({ at, ...what })) };
}

function take(state: MonitorState, input: Input): Taken {
  switch (input.kind) {
    case 'watching':
      return takeWatching(state, input.url);
    case 'event':
      return takeEvent(state, input.event, input.at);
    case 'writes':
      return takeWrites(state, input);
    case 'round':
      return takeRound(state, input);
  }
}

/**
 * The same server again after a break is told as well: something may have been missed until then. Before the ring is known it has
 * no name yet; the round that finds the ring tells of it.
 */
function takeWatching(state: MonitorState, url: string): Taken {
  if (state.view === 0) return { next: { ...state, watching: url }, told: [] };
  const before = state.watching === null ? null : nameAt(state, state.watching);
  const told = [{ kind: 'watching', server: nameAt(state, url), url, before } as const];
  return { next: { ...state, watching: url }, told };
}

function takeWrites(state: MonitorState, { puts, deletes, seconds }: Input & { kind: 'writes' }): Taken {
  const per = Math.max(seconds, 0.001);
  const next = { ...state, putsPerSecond: puts / per, deletesPerSecond: deletes / per };
  return { next, told: puts + deletes === 0 ? [] : [{ kind: 'writes', puts, deletes, seconds }] };
}
