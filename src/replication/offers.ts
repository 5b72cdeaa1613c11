import { invariant } from './assert.js';
import type { Effects } from './effects.js';
import { splitOf } from './history.js';
import type { Outcome, Ticket } from './interface.js';
import type { Journal } from './journal.js';
import type { Parts } from './parts.js';
import {
  IN_DIRECTORY,
  inlineBody,
  storedAt,
  UNCONDITIONAL,
  versionOf,
  type LogRecord,
  type Operation,
} from './record.js';
import type { Step } from './saved.js';
import type { State } from './state.js';

/** Offers that are under way at once. */
const WINDOW = 32;
/** Their tickets are not those of clients. */
const FIRST_TICKET = -1;
const NOTHING = new Uint8Array(0);
/** No client can send a token that begins like this. */
const TOKEN_PREFIX = '\u0000';

/**
 * What this server wrote, or saw written, in a view that the ring it joins has not gone through. It is offered to that ring as
 * ordinary writes, once this server is a member of it: the primary judges each against what both had in common. Every member
 * of the lost side offers the same, and the first one counts. On disk they stay until the ring has settled them.
 *
 * An offer is kept as the record that it was, under a number of its own. Its `floor` is the revision up to which both sides were
 * the same; `of` is 1 for what was overwritten before the ring was met, of which only the Idempotency-Key counts.
 */
export class Offers {
  private readonly waiting = new Map<number, LogRecord>();
  private readonly sent = new Map<Ticket, LogRecord>();
  private lastNumber = 0;
  private lastTicket = FIRST_TICKET;
  private settled: [Ticket, Outcome][] = [];
  /** Monotonic ms before which what the ring could not take is not offered again. */
  private retryAt = 0;

  constructor(
    private readonly effects: Effects,
    private readonly journal: Journal,
    saved: readonly LogRecord[],
  ) {
    for (const offer of saved) {
      if (isWhole(offer)) this.waiting.set(offer.revision, offer);
      else this.lost(offer);
    }
    this.lastNumber = saved.at(-1)?.revision ?? 0;
    effects.answerOwn = (ticket, outcome) => this.settled.push([ticket, outcome]);
  }

  get count(): number {
    return this.waiting.size + this.sent.size;
  }

  /** Takes in what a ring that went through these views cannot have. */
  gather(state: State, theirs: readonly Step[]): void {
    const { since, isApart } = splitOf(state.history, theirs);
    this.limit(since);
    if (!isApart) return;
    const before = this.count;
    const newest = new Set<number>();
    for (const record of state.catalogue.newestAfter(since)) {
      newest.add(record.revision);
      if (isOffered(record) && versionOf(record) > since)
        this.keep({ ...asOffered(record), floor: since, of: 0 });
    }
    for (const record of state.idempotency.entries())
      if (record.revision > since && !newest.has(record.revision) && record.refusal === null)
        this.keep({ ...record, floor: since, of: 1 });
    if (this.count > before) this.effects.emit({ kind: 'offering', count: this.count - before });
  }

  /** The body of this offer cannot be read from this server's disk: others who were there may have it. */
  unreadable(number: number): void {
    const [ticket] = [...this.sent].find(([, { revision }]) => revision === number) ?? [];
    const offer = ticket === undefined ? this.waiting.get(number) : this.sent.get(ticket);
    if (ticket !== undefined) this.sent.delete(ticket);
    this.waiting.delete(number);
    if (!offer) return;
    this.lost(offer);
    this.tellMerged();
  }

  /** This incarnation ends: nobody answers what was sent. */
  abandon(): void {
    for (const offer of this.sent.values()) this.waiting.set(offer.revision, offer);
    this.sent.clear();
    this.settled = [];
  }

  /** Offers what may be offered now. */
  pump(parts: Parts, write: (ticket: Ticket, operation: Operation) => void): void {
    if (this.count === 0) return;
    const { state } = parts;
    this.takeAnswers(state);
    if (state.phase !== 'member' || !state.isActive || state.leaving || state.now < this.retryAt) return;
    for (const [number, offer] of this.waiting) {
      if (this.sent.size >= WINDOW) return;
      this.waiting.delete(number);
      if (state.idempotency.find(offer.token) !== undefined) this.done(offer);
      else this.send(parts, offer, write);
    }
  }

  private send(parts: Parts, offer: LogRecord, write: (ticket: Ticket, operation: Operation) => void): void {
    const ticket = this.lastTicket--;
    const operation = operationOf(offer, parts.state.wall);
    const { body } = offer;
    this.sent.set(ticket, offer);
    if (body === null || body instanceof Uint8Array) return write(ticket, operation);
    parts.uploads.offer(ticket, operation, offer, { kind: 'offers', revision: offer.revision });
  }

  private takeAnswers({ now, options }: State): void {
    for (const [ticket, { kind }] of this.settled.splice(0)) {
      const offer = this.sent.get(ticket);
      if (!offer) continue;
      this.sent.delete(ticket);
      if (kind === 'done' || kind === 'refused') this.done(offer);
      else {
        this.waiting.set(offer.revision, offer);
        this.retryAt = now + options.probeIntervalMs;
      }
    }
  }

  private lost(offer: LogRecord): void {
    this.journal.drop('offers', offer.revision);
    this.effects.emit({ kind: 'damaged', record: offer, fate: 'not-offered' });
  }

  private done({ revision }: LogRecord): void {
    this.journal.drop('offers', revision);
    this.tellMerged();
  }

  private tellMerged(): void {
    if (this.count === 0) this.effects.emit({ kind: 'merged' });
  }

  private keep(record: LogRecord): void {
    const token = record.token === '' ? `${TOKEN_PREFIX}${record.origin}.${record.request}` : record.token;
    const revision = ++this.lastNumber;
    const body = storedAt(record.body, { kind: 'records', revision: record.revision });
    const offer = { ...record, token, revision, body };
    this.waiting.set(revision, { ...offer, body: storedAt(body, { kind: 'offers', revision }) });
    this.journal.put('offers', offer);
  }

  /** Another ring is met before the last one has them all: less is in common. */
  private limit(since: number): void {
    for (const [number, offer] of this.waiting) {
      if (offer.floor <= since) continue;
      const limited = { ...offer, floor: since };
      this.waiting.set(number, limited);
      this.journal.put('offers', limited);
    }
  }
}

/**
 * What a client had done, or what its time to live had, and is here. What another server has to offer as well, it offers. Files are shared anew.
 */
function isOffered({ kind, origin, body, replicas }: LogRecord): boolean {
  if (replicas === IN_DIRECTORY) return false;
  if (origin === 0) return kind === 'expire';
  return kind === 'delete' || (kind === 'put' && body !== null);
}

/** Of what was overwritten no body is kept. */
function isWhole({ kind, of, body }: LogRecord): boolean {
  return kind !== 'put' || of === 1 || body !== null;
}

/** The end of a time to live is a deletion that no client sent: every server knows it by the same name. */
function asOffered(record: LogRecord): LogRecord {
  if (record.kind !== 'expire') return record;
  const token = `${TOKEN_PREFIX}expire.${record.revision}.${record.modified}`;
  return { ...record, kind: 'delete', token };
}

function operationOf(offer: LogRecord, wall: number): Operation {
  const { kind, key, type, meta, size, digest, body, expires, token, floor, origin, request, of, replicas } =
    offer;
  invariant(kind === 'put' || kind === 'delete', `a ${kind} is no offer`);
  return {
    kind,
    key,
    condition: UNCONDITIONAL,
    type,
    meta,
    size,
    digest,
    body: inlineBody(body) ?? (body === null ? NOTHING : null),
    ttlMs: expires === 0 ? 0 : Math.max(1, expires - wall),
    token,
    blob: 0,
    offer: { since: floor, origin, request, isPast: of === 1 },
    replicas,
  };
}
