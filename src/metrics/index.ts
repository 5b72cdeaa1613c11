/*
 * Metrics: `GET /metrics` in the text format of Prometheus. `ring-gauges.ts` has this server's place in the ring,
 * `request-metrics.ts` the requests that were counted in `http/`, and `registry.ts` puts them together with prom-client's figures
 * of the process. All but those of the process begin with `ringlet_`.
 *
 * Nothing is measured for it in the way of a request or a record but that count: everything is read when somebody asks.
 * prom-client itself is loaded by the first who does, so that a server that nobody asks neither pays for it nor for its
 * watch on the event loop, whose figures begin there.
 */
export { MetricsModule } from './metrics.module.js';
