import { Counter, Gauge, type Registry } from 'prom-client';

import { COUNTED_ENDS, COUNTED_METHODS, type RequestTally } from '../http/index.js';
import { TimesHistogram } from './times-histogram.js';

/** The requests of clients, as they were counted until it is asked for. */
export function addRequestMetrics(registry: Registry, tally: RequestTally, waiting: () => number): void {
  const registers = [registry];
  const requests: Counter = new Counter({
    name: 'ringlet_http_requests_total',
    help: 'Requests that were answered, by their method and the class of the status; aborted: the client went first.',
    labelNames: ['method', 'status'],
    registers,
    collect: () => copyCounts(requests, tally),
  });
  const inFlight: Gauge = new Gauge({
    name: 'ringlet_http_requests_in_flight',
    help: 'Requests that are being worked on, open streams among them.',
    registers,
    collect: () => inFlight.set(tally.inFlight),
  });
  const inLine: Gauge = new Gauge({
    name: 'ringlet_http_requests_waiting',
    help: 'Requests that wait until this server works on less than MAX_IN_FLIGHT.',
    registers,
    collect: () => inLine.set(waiting()),
  });
  registry.registerMetric(new TimesHistogram(tally));
}

function copyCounts(requests: Counter, tally: RequestTally): void {
  requests.reset();
  for (const [row, method] of COUNTED_METHODS.entries()) {
    for (const [column, status] of COUNTED_ENDS.entries()) {
      const count = tally.count(row, column);
      if (count > 0) requests.inc({ method, status }, count);
    }
  }
}
