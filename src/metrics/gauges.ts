import { Gauge, type Registry } from 'prom-client';

/** A figure of something as it is at the moment. */
export interface Reading<T> {
  readonly name: string;
  readonly help: string;
  readonly read: (of: T) => number | boolean;
}

export function addGauges<T>(registry: Registry, readings: readonly Reading<T>[], present: () => T): void {
  for (const { name, help, read } of readings) {
    const collect = () => gauge.set(Number(read(present())));
    const gauge: Gauge = new Gauge({ name, help, registers: [registry], collect });
  }
}
