import { collectDefaultMetrics, Registry } from 'prom-client';

import type { FileFigures } from '../files/index.js';
import type { RequestTally } from '../http/index.js';
import type { Status } from '../replication/index.js';
import { FILE_GAUGES } from './file-gauges.js';
import { addGauges } from './gauges.js';
import { addIslandMetrics, type IslandFigures } from './island-metrics.js';
import { addRequestMetrics } from './request-metrics.js';
import { addRingGauges } from './ring-gauges.js';

/** How often the event loop is asked for its lag; each time wakes the process. */
const LAG_RESOLUTION_MS = 20;

/** All metrics of one server. Several servers may run in one process, so none is global. */
export function createRegistry(
  status: () => Status,
  tally: RequestTally,
  diskRoom: () => number | null = () => null,
  waiting: () => number = () => 0,
  islands: IslandFigures | null = null,
  files: () => FileFigures | null = () => null,
): Registry {
  const registry = new Registry();
  addRingGauges(registry, status, diskRoom);
  addRequestMetrics(registry, tally, waiting);
  if (islands !== null) addIslandMetrics(registry, islands);
  if (files() !== null) addGauges(registry, FILE_GAUGES, () => files()!);
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_RESOLUTION_MS });
  return registry;
}
