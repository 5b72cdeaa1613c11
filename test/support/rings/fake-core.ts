import {
  type Answer,
  type Body,
  holds,
  type Input,
  type LogRecord,
  type Lost,
  type Operation,
  type Outcome,
  type Peek,
  type Ready,
  type ReplicaEvent,
  type Server,
  type Status,
  type View,
  ORDINARY,
} from '../../../src/replication/index.js';
import type { Core, Who } from '../../../src/ring/index.js';
import { FakeUploads } from './fake-uploads.js';

const SELF_ID = 0xa;
const OTHER_ID = 0xb;
const EVERYWHERE = { replicas: 0, holders: [] };

/**
 * Stands in for a replica: a ring of two in which everything is committed at once, and in which a test says what goes
 * wrong. What the real one does is tested with real rings.
 */
export class FakeCore implements Core {
  private readonly records = new Map<string, LogRecord>();
  private answers: Answer[] = [];
  private events: ReplicaEvent[] = [];
  private revision = 0;
  private leaveTicket = 0;
  readonly self: Server;
  readonly uploads = new FakeUploads();

  /** The next writes, uploads, reads and barriers end so instead. */
  forced: Outcome | null = null;
  /** No read is answered at once. */
  isLeaseLost = false;
  copies: number | null = null;
  /** Writes are not answered until `releaseWrites`. */
  holdWrites = false;
  private readonly heldWrites: Extract<Input, { kind: 'write' }>[] = [];
  loads: number[] = [];
  /** Leaving takes until `releaseLeave`. */
  holdLeave = false;
  isPrimary = true;
  phase: Status['phase'] = 'member';
  isFull = true;
  /** Of objects whose body nobody has. */
  lostKeys: string[] = [];
  view: View | null;

  constructor({ name, url, ring, priority }: Who) {
    this.self = { id: SELF_ID, name, url, ring, priority, durable: false, ...ORDINARY, was: 0 };
    this.view = this.makeView();
    this.announce();
  }

  /** Tells the server of a new view, after `isPrimary` or `phase` was changed. */
  announce(): void {
    this.view = this.phase === 'member' ? this.makeView() : null;
    this.events.push({ kind: 'view', view: this.view ?? this.makeView(), previous: null, leavers: null });
  }

  step(input: Input): void {
    switch (input.kind) {
      case 'write':
        if (this.holdWrites) return void this.heldWrites.push(input);
        return this.answer(input.ticket, this.forced ?? this.write(input.operation, input.operation.body));
      case 'upload':
      case 'upload-piece':
      case 'upload-end':
      case 'upload-abort':
        return this.upload(input);
      case 'read':
        return this.answer(input.ticket, this.forced ?? this.read(input.key));
      case 'barrier':
        return this.answer(input.ticket, this.forced ?? { kind: 'current' });
      case 'adopt':
        return this.answer(input.ticket, this.forced ?? { kind: 'adopted' });
      case 'leave':
        this.leaveTicket = input.ticket;
        return this.holdLeave ? undefined : this.releaseLeave();
      default:
    }
  }

  /** The first ones that are held are done. */
  releaseWrites(count = this.heldWrites.length): void {
    for (const { ticket, operation } of this.heldWrites.splice(0, count))
      this.answer(ticket, this.write(operation, operation.body));
  }

  get heldCount(): number {
    return this.heldWrites.length;
  }

  releaseLeave(): void {
    this.answer(this.leaveTicket, { kind: 'left' });
  }

  ready(): Ready | null {
    const { answers, events } = this;
    this.answers = [];
    this.events = [];
    const grants = this.uploads.takeGrants();
    return { saves: null, messages: [], hangups: [], dials: [], grants, answers, events };
  }

  peek(key: string): Peek {
    if (this.isLeaseLost) return { kind: 'wait' };
    const record = this.records.get(key);
    if (record === undefined) return { kind: 'absent' };
    return record.body === null ? { kind: 'wait' } : { kind: 'object', record };
  }

  committed(key: string): LogRecord | undefined {
    return this.records.get(key);
  }

  list(prefix: string, after: string | null, limit: number): LogRecord[] {
    return [...this.records.values()]
      .filter(({ key }) => key.startsWith(prefix) && (after === null || key > after))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, limit);
  }

  /** A test of what is read out takes a real ring. */
  readOut(): null {
    return null;
  }

  lost(): Lost {
    return { count: this.lostKeys.length, keys: this.lostKeys, isAll: this.lostKeys.length > 0 };
  }

  status(): Status {
    return {
      phase: this.phase,
      self: this.self,
      view: this.view,
      ringId: this.view?.ring ?? 0,
      watermark: this.revision,
      full: this.isFull,
      hasLease: !this.isLeaseLost,
      choosing: false,
      suspected: [],
      ages: this.view?.members.map(() => 0) ?? [],
      loads: this.loads,
      objects: this.records.size,
      conflicts: 0,
      offers: 0,
      bytes: 0,
      pinned: this.uploads.pieces.length,
      passing: 0,
      copiesAway: 0,
      lacking: 0,
    };
  }

  /** The body of an object is now at the other member only. */
  evict(key: string): void {
    this.records.set(key, { ...this.records.get(key)!, body: null });
  }

  /** The body of an object is now on this server's disk only: its pieces, for the test to have them read. */
  toDisk(key: string): Uint8Array[] {
    const record = this.records.get(key)!;
    const { size, revision } = record;
    const body = record.body!;
    const pieces = body instanceof Uint8Array ? [body] : body.pieces.map((piece) => piece!);
    const stored = { kind: 'records', revision } as const;
    this.records.set(key, { ...record, body: { size, pieces: pieces.map(() => null), stored } });
    return pieces;
  }

  private answer(ticket: number, outcome: Outcome): void {
    this.answers.push({ ticket, outcome });
  }

  private read(key: string): Outcome {
    const record = this.records.get(key);
    return record === undefined ? { kind: 'absent' } : { kind: 'object', record, via: null };
  }

  private upload(input: Parameters<FakeUploads['step']>[0]): void {
    const uploaded = this.uploads.step(input);
    if (this.forced !== null && input.kind !== 'upload-abort') {
      this.uploads.forget(input.ticket);
      this.answer(input.ticket, this.forced);
    } else if (uploaded !== null) {
      this.answer(input.ticket, this.write(uploaded.operation, uploaded.body));
    }
  }

  private write(operation: Operation, body: Body | null): Outcome {
    const { key, kind } = operation;
    const newest = this.records.get(key);
    if (!holds(operation.condition, newest)) return this.refuse(operation, 'precondition');
    if (kind === 'delete' && newest === undefined) return this.refuse(operation, 'absent');
    const record = { ...this.number(operation, newest !== undefined), body };
    if (kind === 'put') this.records.set(key, record);
    else this.records.delete(key);
    return { kind: 'done', record, copies: this.copies };
  }

  private refuse(operation: Operation, refusal: 'precondition' | 'absent'): Outcome {
    const record = { ...this.number(operation, false), kind: 'refusal' as const, refusal };
    return { kind: 'refused', record, copies: this.copies };
  }

  private number(operation: Operation, replaced: boolean): LogRecord {
    const { kind, key, type, meta, size, digest, ttlMs, token } = operation;
    const told = { kind, key, type, meta, size, digest, body: null };
    const given = {
      revision: ++this.revision,
      origin: SELF_ID,
      request: this.revision,
      modified: Date.now(),
    };
    const expires = ttlMs > 0 ? given.modified + ttlMs : 0;
    return {
      ...told,
      ...given,
      replaced,
      refusal: null,
      floor: 0,
      expires,
      token,
      of: 0,
      blob: 0,
      ...EVERYWHERE,
    };
  }

  private makeView(): View {
    const other = {
      id: OTHER_ID,
      name: 'other',
      url: 'http://127.0.0.1:9',
      ring: '127.0.0.1:9',
      priority: 1,
      durable: false,
      ...ORDINARY,
      was: 0,
    };
    const members = [this.self, other].map((server) => ({ ...server, full: true, last: 0, vote: 0 }));
    if (!this.isPrimary) members.reverse();
    const id = { number: 1, proposer: SELF_ID };
    const provisional = this.copies !== null;
    return { id, parent: null, ring: 1, members, start: 0, provisional, root: null, holdMs: 0 };
  }
}
