import type { Catalogue } from './catalogue.js';
import type { StatePart, StateRest } from './messages.js';
import { Readout } from './readout.js';
import { weightOf, type LogRecord } from './record.js';
import type { Step } from './saved.js';
import type { Server } from './server.js';

const PART_BYTES = 128 * 1024;
const PART_RECORDS = 512;

/**
 * A catalogue's committed records on their way to a newcomer, part by part, while it changes. Larger bodies stay
 * behind: the newcomer asks for them.
 */
export class Transfer {
  private readonly readout: Readout;
  private parts = 0;
  /** Some bodies were left out. */
  leftBodiesOut = false;

  /** @param base records up to here are left out */
  constructor(
    private readonly catalogue: Catalogue,
    private readonly smallBodyBytes: number,
    private readonly next: Server,
    private readonly history: readonly Step[] = [],
    private readonly base = 0,
    /** Whether the newcomer keeps the body of such a record. */
    private readonly keeps: (record: LogRecord) => boolean = () => true,
  ) {
    this.readout = new Readout(catalogue, base);
  }

  /** No one reads on. */
  end(): void {
    this.readout.end();
  }

  /** The next part of the committed records; an empty one at the end. */
  nextPart(): StatePart {
    return this.part(takePart(() => this.take()));
  }

  /** Everything that is left, for a catalogue that does not change any more. */
  *finish(origins: StateRest['origins'], done: Iterable<LogRecord> = []): Generator<StatePart> {
    while (!this.isAtEnd) yield this.nextPart();
    const { watermark, floor } = this.catalogue;
    yield { ...this.part([]), rest: { watermark, floor, origins }, history: this.history };
    for (const records of inParts(done)) yield { ...this.part([]), done: records };
    const log = this.catalogue.logAfter(watermark);
    if (log.some(({ blob }) => blob !== 0)) this.leftBodiesOut = true;
    for (const records of inParts(log)) yield { ...this.part([]), log: records };
  }

  /** Whether everything committed so far is in the parts. */
  get isAtEnd(): boolean {
    return this.readout.isAtEnd;
  }

  private part(records: readonly LogRecord[]): StatePart {
    const history = this.parts === 0 ? this.history : [];
    const { base, next } = this;
    return { kind: 'state', part: ++this.parts, base, next, history, records, rest: null, done: [], log: [] };
  }

  private take(): LogRecord | undefined {
    const record = this.readout.take();
    return record && this.slim(record);
  }

  private slim(record: LogRecord): LogRecord {
    if (record.kind !== 'put') return record;
    if (!this.keeps(record)) return record.body === null ? record : { ...record, body: null };
    if (record.body === null) this.leftBodiesOut = true;
    const isSmall = record.body instanceof Uint8Array && record.size <= this.smallBodyBytes;
    if (record.body === null || isSmall) return record;
    this.leftBodiesOut = true;
    return { ...record, body: null };
  }
}

function* inParts(records: Iterable<LogRecord>): Generator<LogRecord[]> {
  const iterator = records[Symbol.iterator]();
  const take = (): LogRecord | undefined => iterator.next().value;
  for (let part = takePart(take); part.length > 0; part = takePart(take)) yield part;
}

function takePart(take: () => LogRecord | undefined): LogRecord[] {
  const records: LogRecord[] = [];
  let bytes = 0;
  while (bytes < PART_BYTES && records.length < PART_RECORDS) {
    const record = take();
    if (!record) break;
    records.push(record);
    bytes += weightOf(record);
  }
  return records;
}
