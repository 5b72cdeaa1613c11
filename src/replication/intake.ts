import { Idempotency } from './idempotency.js';
import type { StatePart } from './messages.js';
import { Origins } from './origins.js';
import { INLINE_BODY_BYTES, storedAt, type LogRecord } from './record.js';
import type { Step } from './saved.js';
import type { State } from './state.js';

/** Takes the state of a ring in, part by part, in the place of what was here or behind it. */
export class Intake {
  /** What was here before, with its body: the ring may have the same, and need not send the body then. */
  private readonly spare = new Map<number, LogRecord>();

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
    this.spare.clear();
    for (const record of state.catalogue.newestAfter(base))
      if (isSpare(record)) this.spare.set(record.revision, record);
    if (base === 0) state.clear();
    else this.keepCommitted();
    return true;
  }

  load({ records, rest, done, log, history }: StatePart): void {
    const { catalogue, origins, idempotency, journal } = this.state;
    const committed = records.map((record) => this.withSpare(record));
    for (const record of committed) journal.put('records', record);
    catalogue.load(committed);
    if (rest) {
      catalogue.complete(rest.watermark, rest.floor);
      origins.load(rest.origins);
      this.state.history = history;
      journal.loaded(rest.watermark);
      journal.marked();
    }
    idempotency.load(done);
    for (const record of log.map((one) => this.withSpare(one))) {
      catalogue.store(record);
      origins.advance(record);
      idempotency.stored(record);
      journal.stored(record);
    }
  }

  /** All has come. */
  end(): void {
    this.spare.clear();
  }

  /** What was not known to be committed may have been dropped. */
  private keepCommitted(): void {
    const { catalogue, journal } = this.state;
    catalogue.truncate(catalogue.watermark);
    journal.truncated(catalogue.watermark);
  }

  private withSpare(record: LogRecord): LogRecord {
    if (record.kind !== 'put' || record.body !== null) return record;
    const spare = this.spare.get(record.revision);
    const isSame = spare?.digest === record.digest && spare.size === record.size && spare.key === record.key;
    if (!isSame) return record;
    return { ...record, body: storedAt(spare.body, { kind: 'records', revision: record.revision }) };
  }
}

/** Whether its body can be put again: a small one has to be in memory. */
function isSpare({ kind, body, size }: LogRecord): boolean {
  if (kind !== 'put' || body === null) return false;
  return body instanceof Uint8Array || size > INLINE_BODY_BYTES;
}
