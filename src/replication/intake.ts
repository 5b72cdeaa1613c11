import { Idempotency } from './idempotency.js';
import type { StatePart } from './messages.js';
import { Origins } from './origins.js';
import { IN_DIRECTORY, storedAt, versionOf, type LogRecord } from './record.js';
import type { Step } from './saved.js';
import type { State } from './state.js';

/** Takes the state of a ring in, part by part, in the place of what was here or behind it. */
export class Intake {
  /**
   * What was here before, by revision, and has not come again. It stays on the disk until all has come: the ring may have the same,
   * and need not send its body then, or may have lost it.
   */
  private readonly former = new Map<number, LogRecord>();

  constructor(
    private readonly state: State,
    /** A server that has come back gives up the view that it comes from, for a ring that went through these. */
    private readonly surrender: (history: readonly Step[]) => void,
  ) {}

  /** With the first part; false when it takes more for granted than is here. */
  begin({ base, history }: StatePart): boolean {
    const { state } = this;
    if (base > state.catalogue.watermark) return false;
    if (state.phase === 'returning') this.surrender(history);
    state.origins = new Origins();
    state.idempotency = new Idempotency(state.journal);
    state.journal.clear('done');
    this.setAside(base);
    return true;
  }

  load({ records, rest, done, log, history }: StatePart): void {
    const { catalogue, origins, idempotency, journal } = this.state;
    const committed = records.map((record) => this.withBody(record));
    for (const record of committed) journal.put('records', record);
    catalogue.load(committed.map((record) => inPlace(record)));
    if (rest) {
      catalogue.complete(rest.watermark, rest.floor);
      origins.load(rest.origins);
      this.state.history = history;
      journal.loaded(rest.watermark);
      journal.marked();
    }
    idempotency.load(done);
    for (const record of log.map((one) => this.withBody(one))) {
      catalogue.store(record);
      origins.advance(record);
      idempotency.stored(record);
      journal.stored(record);
    }
  }

  /** What was here before is not the whole of any state. */
  inherit(records: Iterable<LogRecord>): void {
    for (const record of records) this.former.set(record.revision, record);
  }

  /** What has come so far is of no use. All that is here, for those who may find some use in it. */
  abandon(): Iterable<LogRecord> {
    this.setAside(0);
    return this.former.values();
  }

  /** All has come. */
  end(): void {
    for (const revision of this.former.keys()) this.state.journal.drop('records', revision);
    this.former.clear();
  }

  /** Goes back to the state up to `base`, where whatever is not known to be committed may have been dropped. */
  private setAside(base: number): void {
    const { catalogue, journal } = this.state;
    this.inherit(catalogue.records(base));
    this.inherit(catalogue.logAfter(catalogue.watermark));
    if (base === 0) return this.state.restart();
    catalogue.truncate(catalogue.watermark);
    journal.setBack(catalogue.watermark);
  }

  /** Takes the body from what was here before, if it is the same, also in another place of the order. */
  private withBody(record: LogRecord): LogRecord {
    const { key, digest, size } = record;
    const former = this.formerOf(record);
    if (record.kind !== 'put' || record.body !== null || !former) return record;
    if (record.replicas === IN_DIRECTORY) return record;
    if (former.digest !== digest || former.size !== size || former.key !== key) return record;
    return { ...record, body: storedAt(former.body, { kind: 'records', revision: former.revision }) };
  }

  private formerOf(record: LogRecord): LogRecord | undefined {
    const { revision, key, kind } = record;
    const former = this.former.get(revision);
    this.former.delete(revision);
    // Of a version that was placed anew, the `place` itself may be here, and the version where it was before.
    if (former?.kind === 'put' || kind !== 'put' || record.of === 0) return former;
    const known = this.state.catalogue.get(key);
    if (known !== undefined && versionOf(known) === record.of) return known;
    return this.former.get(record.of);
  }
}

/** Where its body is once it is on the disk. */
function inPlace(record: LogRecord): LogRecord {
  const { body, revision } = record;
  if (body === null || body instanceof Uint8Array || body.stored?.kind !== 'records') return record;
  return body.stored.revision === revision
    ? record
    : { ...record, body: storedAt(body, { kind: 'records', revision }) };
}
