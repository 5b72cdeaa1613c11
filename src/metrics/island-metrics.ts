import { Counter, Gauge, type Registry } from 'prom-client';

import type { IslandReport, IslandTally } from '../islands/index.js';

/** What the metrics take of other islands. */
export interface IslandFigures {
  report(): readonly IslandReport[];
  readonly tally: IslandTally;
}

const STATES = ['up', 'down', 'unknown'] as const;
const RESULTS = ['found', 'absent', 'failed', 'copies', 'forwarded'] as const;

/** The other islands, and what came of them. */
export function addIslandMetrics(registry: Registry, figures: IslandFigures): void {
  const registers = [registry];
  const islands: Gauge = new Gauge({
    name: 'ringlet_islands',
    help: 'Other islands by their state; unknown: URLs of ISLANDS that have never answered.',
    labelNames: ['state'],
    registers,
    collect: () => {
      const states = figures.report().map(({ state }) => state);
      for (const state of STATES) islands.set({ state }, states.filter((one) => one === state).length);
    },
  });
  const requests: Counter = new Counter({
    name: 'ringlet_island_requests_total',
    help: 'Reads that another island answered (found), none did (absent), a copy did (copies); islands that failed to tell (failed); requests for a named island (forwarded).',
    labelNames: ['result'],
    registers,
    collect: () => {
      requests.reset();
      for (const result of RESULTS) requests.inc({ result }, figures.tally[result]);
    },
  });
}
