import { invariant } from './assert.js';
import type { Downstream } from './downstream.js';
import type { NotDone, Outcome } from './interface.js';
import type { Append, Stored, Submit, Watermark } from './messages.js';
import { conflictsOf, MOST_CONFLICTS } from './conflicts.js';
import type { Copies } from './copies.js';
import {
  dropRecord,
  expireRecord,
  floorRecord,
  merge,
  number,
  placeRecord,
  resultOf,
  type Ring,
} from './numbering.js';
import type { OwnWrites, SentWrite } from './own-writes.js';
import type { Placing } from './placing.js';
import {
  ALL_REPLICAS,
  EVERYONE,
  IN_DIRECTORY,
  type LogRecord,
  type Offer,
  type Operation,
  versionOf,
} from './record.js';
import { share } from './sharing.js';
import { Stash } from './stash.js';
import { stores } from './server.js';
import type { Place, State } from './state.js';
import type { Streams } from './streams.js';
import type { Uploads } from './uploads.js';
import { nameOf } from './view.js';

/** Objects that one tick lets expire at most. */
const EXPIRED_PER_TICK = 1000;

/**
 * The data path: submits travel to the primary, numbered records travel a whole lap, the last member tells
 * the primary what everyone has stored, and the watermark tells everyone what is committed. A body crosses
 * each link once: on its submit as far as the primary, on its record from there to the origin.
 */
export class Chain {
  private readonly stash = new Stash();
  /** At the primary: what every member is known to have stored. Elsewhere: what all members before this one have. */
  private storedByOthers = 0;
  /** A member up to this one has a disk, so that what it has is not what it was sent. */
  private tellsStored = false;
  private storedSent = -1;
  private watermarkSent = -1;
  /** The last place in the chain, from here on, where a client waits for the watermark that is sent next. */
  private awaitedAt = 0;
  private holdUntil = 0;
  /** What has to be sent again in this view; null before this server has all that the view began with. */
  private unnumbered: SentWrite[] | null = null;
  /** The floor that was numbered last in this view. */
  private floorNumbered = 0;
  /** A server that is alone commits what it sends at once, which frees credit: the loop goes on by itself. */
  private pumping = false;

  constructor(
    private readonly state: State,
    private readonly own: OwnWrites,
    private readonly downstream: Downstream,
    private readonly streams: Streams,
    private readonly uploads: Uploads,
    private readonly placing: Placing,
    private readonly copies: Copies,
    private readonly onCommit: (record: LogRecord) => void,
  ) {}

  /** Sends what the successor lacks; what was not numbered follows once this server has all that was. */
  installed(place: Place): void {
    this.stash.clear();
    this.state.catalogue.resumeExpiry();
    const { members } = place.view;
    const hasDiskBefore = members.slice(0, place.index).some(({ durable }) => durable);
    this.storedByOthers = place.isPrimary || hasDiskBefore ? 0 : Infinity;
    this.tellsStored = place.isTail || hasDiskBefore || members[place.index]!.durable;
    this.storedSent = -1;
    this.watermarkSent = -1;
    this.awaitedAt = members.length;
    this.unnumbered = null;
    this.floorNumbered = 0;
    this.holdUntil = this.state.now + place.view.holdMs;
    if (!place.hasStorage) this.refuseUnsent('no-storage');
    if (!place.isTail) this.sendMissing(place);
    this.resumeWhenCaughtUp();
  }

  /** Milliseconds for which a server dropped earlier may still hold a lease. */
  holdMs(): number {
    return Math.max(0, Math.ceil(this.holdUntil - this.state.now));
  }

  /** Sends the writes that wait, as far as there is credit. */
  pump(): void {
    const { place, isActive, options, leaving } = this.state;
    if (!place || !isActive || !this.isCaughtUp || leaving) return;
    if (this.pumping) return;
    this.pumping = true;
    const credit = options.ringBudgetBytes / place.view.members.length;
    for (let write = this.own.next(credit); write; write = this.own.next(credit))
      this.submitOwn(place, write);
    for (let held = this.uploads.takeHeld(); held; held = this.uploads.takeHeld())
      this.submitOwn(
        place,
        this.own.send(held.ticket, held.operation, this.state.now + options.requestTimeoutMs),
      );
    this.pumping = false;
  }

  /** The ring has the body of a write that waited for that. */
  held(): void {
    if (this.isCaughtUp) this.pump();
    else if (this.unnumbered && this.state.isActive) this.resubmit(this.unnumbered);
  }

  /** The ring cannot have the body of a write that has left: nothing else waits for it any more. */
  lost(blob: number): void {
    this.own.forgo(blob);
    this.held();
  }

  submit(message: Submit): void {
    const place = this.state.place!;
    if (place.isPrimary) return this.number(message.origin, message.request, message.operation);
    this.stash.put(message.origin, message.request, message.operation.body);
    this.downstream.send(message);
  }

  append(message: Append): void {
    const record = message.bare ? this.withBody(message.record) : message.record;
    this.store(record);
    this.resumeWhenCaughtUp();
  }

  stored({ revision }: Stored): void {
    this.storedByOthers = Math.max(this.storedByOthers, Math.min(revision, this.state.catalogue.last));
    if (this.state.place!.isPrimary) this.advance();
  }

  /** More of what was stored here is on this server's disk. */
  saved(): void {
    const { place, isActive } = this.state;
    if (isActive && place!.isPrimary) this.advance();
  }

  watermark(message: Watermark): void {
    this.commit(Math.min(message.revision, this.state.catalogue.last));
  }

  /** What time does to objects, the primary decides; to its own writes, each origin. */
  tick(): void {
    const { place, isActive } = this.state;
    if (!isActive) return;
    this.passOver();
    if (!place!.isPrimary) return;
    this.expire();
    this.dropTombstones();
    this.dropConflicts();
    this.place();
    this.advance();
  }

  /**
   * Marks ride once behind all that one step produced. The last member that has a client to answer may take its time with
   * the watermark, and the primary when there is none: those behind it wait for nothing but a read of what was written just now.
   */
  flush(): void {
    const { place, isActive, catalogue } = this.state;
    if (!place || place.isAlone || !isActive) return;
    const view = place.view.id;
    if (this.tellsStored) this.tellStored(place);
    if (!place.isTail && catalogue.watermark > this.watermarkSent) {
      const patient = this.awaitedAt === place.index;
      this.watermarkSent = catalogue.watermark;
      this.awaitedAt = 0;
      this.downstream.send({ kind: 'watermark', view, revision: catalogue.watermark }, patient);
    }
  }

  private tellStored(place: Place): void {
    const own = this.ownStored();
    const revision = place.isPrimary ? own : Math.min(own, this.storedByOthers);
    if (revision <= this.storedSent) return;
    this.storedSent = revision;
    this.downstream.send({ kind: 'stored', view: place.view.id, revision });
  }

  /** What this member has: on its disk, if it has one. */
  private ownStored(): number {
    const { catalogue, journal } = this.state;
    return journal.isDurable ? Math.min(journal.storedTo, catalogue.last) : catalogue.last;
  }

  /** New writes may leave. */
  private get isCaughtUp(): boolean {
    return this.unnumbered?.length === 0;
  }

  /** What has not left is certainly not done. */
  private refuseUnsent(reason: NotDone): void {
    this.own.refuseWaiting(reason);
    this.uploads.refuseAll(reason);
  }

  private sendMissing(place: Place): void {
    const view = place.view.id;
    const { catalogue } = this.state;
    for (const record of catalogue.logAfter(Math.min(place.successor.last, catalogue.last))) {
      this.downstream.send({ kind: 'append', view, record, bare: false });
    }
  }

  private resumeWhenCaughtUp(): void {
    const { place, catalogue } = this.state;
    if (this.unnumbered || catalogue.last < place!.view.start) return;
    this.streams.dropStrangers(place!);
    this.unnumbered = this.own.unnumbered();
    this.uploads.resume(this.own.numberedBlobs());
    this.resubmit(this.unnumbered);
    if (place!.isPrimary) this.advance();
  }

  /** In the order of their request ids: a write whose body the ring does not have yet keeps the others back. */
  private resubmit(unnumbered: SentWrite[]): void {
    for (let write = unnumbered[0]; write; write = unnumbered[0]) {
      const { blob } = write.operation;
      if (blob !== 0 && !this.uploads.isHeld(blob)) return;
      unnumbered.shift();
      this.submitOwn(this.state.place!, write);
    }
    this.pump();
  }

  /** Once its time is over, a large write waits no longer for its body to come round: others wait behind it. */
  private passOver(): void {
    const first = this.unnumbered?.[0];
    if (first && first.operation.blob !== 0 && first.deadline <= this.state.now)
      this.uploads.abandon(first.operation.blob);
  }

  private submitOwn(place: Place, write: SentWrite): void {
    const { self } = this.state;
    if (place.isPrimary) return this.number(self.id, write.request, write.operation);
    const { request, operation } = write;
    this.downstream.send({ kind: 'submit', view: place.view.id, origin: self.id, request, operation });
  }

  /** Gives the request its place in the order, unless it has one. */
  private number(origin: number, request: number, operation: Operation): void {
    const { catalogue, origins, idempotency, wall } = this.state;
    const last = origins.lastOf(origin);
    if (request <= last) return;
    invariant(request === last + 1, `request ${request} of an origin whose last was ${last}`);
    const head = { revision: catalogue.last + 1, origin, request, modified: wall };
    const newest = catalogue.newest(operation.key);
    const earlier = idempotency.find(operation.token);
    const { replicas, offer } = operation;
    if (replicas === IN_DIRECTORY) {
      this.store(share(operation, newest, nameOf(this.state.view!, origin), head));
      return this.advance();
    }
    const holders = replicas === ALL_REPLICAS ? EVERYONE : this.placing.choose(origin, replicas);
    if (offer === null) this.store(number(operation, newest, earlier, head, holders));
    else this.store(merge(operation, newest, earlier, this.ringFor(offer), head, holders));
    this.advance();
  }

  private ringFor(offer: Offer): Ring {
    const { catalogue, origins } = this.state;
    const hasRequest = offer.origin !== 0 && offer.request <= origins.lastOf(offer.origin);
    return { floor: catalogue.floor, hasRequest };
  }

  /** Those of a deletion that is not committed yet are given again; to delete one twice does no harm. */
  private dropConflicts(): void {
    const { catalogue, wall } = this.state;
    const excess = catalogue.conflicts - MOST_CONFLICTS;
    if (excess <= 0 || catalogue.last > catalogue.watermark) return;
    const all = catalogue.list(conflictsOf(), null, Infinity);
    const oldest = all.toSorted((a, b) => versionOf(a) - versionOf(b)).slice(0, excess);
    for (const { key } of oldest)
      this.store(dropRecord({ revision: catalogue.last + 1, modified: wall }, key));
  }

  /** Expiry happens by these records alone, so that all servers lose an object at the same place of the order. */
  private expire(): void {
    const { catalogue, wall } = this.state;
    for (let count = 0; count < EXPIRED_PER_TICK; count++) {
      const record = catalogue.takeExpired(wall);
      if (!record) break;
      this.store(expireRecord({ revision: catalogue.last + 1, modified: wall }, record.key));
    }
  }

  /** Others take over what was kept by those that are gone. */
  private place(): void {
    const { catalogue, wall } = this.state;
    for (const { version, holders } of this.placing.due()) {
      const head = { revision: catalogue.last + 1, modified: wall };
      this.store(
        holders.length === 0 ? expireRecord(head, version.key) : placeRecord(head, version, holders),
      );
    }
  }

  /** Outside the lineage none are dropped: what was deleted there has yet to be offered to the ring. */
  private dropTombstones(): void {
    const { catalogue, options, wall, view } = this.state;
    if (view!.provisional) return;
    const floor = catalogue.expiredTombstones(wall - options.tombstoneTtlMs);
    if (floor <= Math.max(catalogue.floor, this.floorNumbered)) return;
    this.floorNumbered = floor;
    this.store(floorRecord({ revision: catalogue.last + 1, modified: wall }, floor));
  }

  private store(received: LogRecord): void {
    const { state } = this;
    const record = this.withBlob(received);
    state.catalogue.store(record);
    state.journal.stored(record);
    state.origins.advance(record);
    state.idempotency.stored(record);
    if (record.origin === state.self.id) this.own.numbered(record);
    const place = state.place!;
    if (!place.isTail && record.revision > place.successor.last) this.forward(place, record);
  }

  private forward(place: Place, record: LogRecord): void {
    const bare = record.revision > place.view.start && this.sawSubmit(place, place.index + 1, record.origin);
    this.downstream.send({ kind: 'append', view: place.view.id, record, bare });
  }

  /** Whether the member at `index` was on the way of a submit of this origin in this view. */
  private sawSubmit(place: Place, index: number, origin: number): boolean {
    const from = place.indexes.get(origin) ?? 0;
    return from > 0 && index >= from;
  }

  private withBody(record: LogRecord): LogRecord {
    if (record.origin === this.state.self.id) {
      return record.kind === 'put' ? { ...record, body: this.own.bodyOf(record.request) } : record;
    }
    const body = this.stash.take(record.origin, record.request);
    invariant(body !== undefined, `record ${record.revision} came bare, but its submit did not pass here`);
    return record.kind === 'put' ? { ...record, body } : record;
  }

  /** Every copy has a large body before the record; a member that is still filling asks for it afterwards. */
  private withBlob(record: LogRecord): LogRecord {
    if (record.blob === 0 || record.kind !== 'put') return record;
    const body = this.streams.attach(record);
    const { view, index } = this.state.place!;
    const isCopy = view.members[index]!.full;
    invariant(body !== null || !isCopy, `record ${record.revision} came before its large body`);
    return { ...record, body };
  }

  /** At the primary: raises the watermark to what everyone has, unless a dropped member may hold a lease. */
  private advance(): void {
    const { place, now } = this.state;
    if (!place!.isPrimary || now < this.holdUntil) return;
    const own = this.ownStored();
    this.commit(place!.isAlone ? own : Math.min(own, this.storedByOthers));
  }

  private commit(revision: number): void {
    const { catalogue, idempotency, journal, self } = this.state;
    const { indexes } = this.state.place!;
    if (catalogue.watermark < revision) journal.marked();
    catalogue.commit(revision, (record) => {
      this.awaitedAt = Math.max(this.awaitedAt, indexes.get(record.origin) ?? 0);
      idempotency.committed(record);
      if (record.blob !== 0) this.settle(record);
      this.copies.committed(record);
      if (record.origin === self.id) this.own.committed(record, () => this.outcomeOf(record));
      this.onCommit(record);
    });
    this.pump();
  }

  /** A large body is its object's now, or nobody's. */
  private settle(record: LogRecord): void {
    this.streams.release(record);
    if (record.origin === this.state.self.id) this.uploads.committed(record.blob);
  }

  private outcomeOf(committed: LogRecord): Outcome {
    const record = resultOf(committed);
    const { view } = this.state.place!;
    // What was done apart from the ring, and is not what the ring has, does not count as done here.
    const isApart = view.provisional || record.refusal === 'needless';
    const copies = isApart ? view.members.filter(stores).length : null;
    return { kind: record.kind === 'refusal' ? 'refused' : 'done', record, copies };
  }
}
