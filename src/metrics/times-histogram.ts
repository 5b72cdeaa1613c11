import {
  Histogram,
  type MetricObjectWithValues,
  type MetricType,
  type MetricValueWithName,
} from 'prom-client';

import { BOUNDS_MS, COUNTED_METHODS, type RequestTally, TIMED_GETS } from '../http/index.js';

const NAME = 'ringlet_object_request_duration_seconds';
const HELP = `From the head of a request for an object to the end of its answer; of GET one in ${TIMED_GETS} is timed.`;
const SECOND_MS = 1000;
const BOUNDS_SECONDS = BOUNDS_MS.map((bound) => bound / SECOND_MS);

type Value = MetricValueWithName<'method' | 'le'>;

/** A histogram that others have filled: prom-client's own takes one observation after the other, and sorts it by labels. */
export class TimesHistogram extends Histogram<'method' | 'le'> {
  constructor(private readonly tally: RequestTally) {
    super({ name: NAME, help: HELP, labelNames: ['method'], buckets: BOUNDS_SECONDS, registers: [] });
  }

  override get(): Promise<MetricObjectWithValues<Value>> {
    const values = COUNTED_METHODS.flatMap((method, row) => valuesOf(method, this.tally.timesOf(row)));
    const type = 'histogram' as unknown as MetricType;
    return Promise.resolve({ name: NAME, help: HELP, type, aggregator: 'sum', collect: nothing, values });
  }

  /** What the registry asks a histogram for instead, though it is not among its types. */
  getForPromString(): Promise<MetricObjectWithValues<Value>> {
    return this.get();
  }
}

/** There is nothing to do before the values are read. */
function nothing(): void {}

/** Buckets are cumulative in what Prometheus reads, the last being all. */
function valuesOf(method: string, { buckets, sumMs }: ReturnType<RequestTally['timesOf']>): Value[] {
  let count = 0;
  const cumulative = [...buckets].map((own, at) => {
    count += own;
    const le = BOUNDS_SECONDS[at] ?? '+Inf';
    return { metricName: `${NAME}_bucket`, labels: { method, le }, value: count };
  });
  if (count === 0) return [];
  const labels = { method };
  return [
    ...cumulative,
    { metricName: `${NAME}_sum`, labels, value: sumMs / SECOND_MS },
    { metricName: `${NAME}_count`, labels, value: count },
  ];
}
