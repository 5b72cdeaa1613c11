import { isVersion, type LogRecord } from './record.js';
import type { Fact, FactName, Saved } from './saved.js';
import type { State } from './state.js';

/** The fact of this name, when it was found. */
export function factOf<Name extends FactName>(
  saved: Saved,
  name: Name,
): Extract<Fact, { name: Name }> | null {
  const found = saved.facts.find((fact) => fact.name === name);
  return (found as Extract<Fact, { name: Name }> | undefined) ?? null;
}

/**
 * Takes in what was found on the disk: what is below the mark is committed, what is above it is the log, as far as it has no
 * gap. What was not needed any more when the server ended goes now.
 */
export function restore(state: State, saved: Saved): void {
  const { catalogue, origins, idempotency, journal } = state;
  const mark = factOf(saved, 'mark');
  const watermark = mark?.watermark ?? 0;
  const log = saved.records.filter(({ revision }) => revision > watermark);
  catalogue.load(committedIn(state, saved.records.slice(0, saved.records.length - log.length)));
  catalogue.complete(watermark, mark?.floor ?? 0);
  origins.load(mark?.origins ?? []);
  idempotency.resume(saved.done);
  for (const record of log) {
    if (record.revision !== catalogue.last + 1) break;
    catalogue.store(record);
    origins.advance(record);
    idempotency.stored(record);
  }
  journal.resume(catalogue.last);
  if (log.length > catalogue.last - watermark) journal.truncated(catalogue.last);
}

function committedIn({ journal }: State, records: readonly LogRecord[]): LogRecord[] {
  const versions = records.filter(isVersion);
  for (const record of records) if (!isVersion(record)) journal.drop('records', record.revision);
  return versions;
}
