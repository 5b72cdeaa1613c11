import type { LogRecord, BodyPlace, Outcome } from '../../src/replication/index.js';
import type { Process } from './process.js';
import type { Random } from './random.js';
import { PATIENT, type Settle } from './requests.js';
import { isVouched } from './vouched.js';

const ABORT_CHANCE = 0.1;
/** Pieces after which it hangs up. */
const MOST_TAKEN = 4;
/** How long the client takes for a piece, at most. */
const PACES_MS = [0, 0, 1, 20, 200, 3_000] as const;
/** How often a piece is asked for that is not where it was to be. */
const MOST_READS = 3;

const GIVEN_UP: Outcome = { kind: 'unavailable', reason: 'timeout' };

/** A client that takes a large body as it comes, at a pace of its own. Some hang up in the middle. */
export class Reading {
  private readonly pieces: Uint8Array[] = [];
  private readonly paceMs: number;
  private readonly abortAfter: number;
  private readonly wasVouched: boolean;
  private reads = 0;
  private bytes = 0;

  constructor(
    private readonly process: Process,
    private readonly fetch: number,
    private readonly record: LogRecord,
    private readonly random: Random,
    /** Without a body when that was gone before anything came of it. */
    private readonly settle: Settle,
  ) {
    const { world, plan } = process.host.cluster;
    // What is asked for at the end is to be read to its end.
    const isLoad = world.now < plan.loadMs;
    this.paceMs = isLoad ? random.pick(PACES_MS) : 0;
    this.abortAfter = isLoad && random.chance(ABORT_CHANCE) ? random.below(MOST_TAKEN) : Infinity;
    this.wasVouched = isVouched(process);
  }

  begin(): void {
    const { process, record, fetch } = this;
    const { key, revision, of, size } = record;
    const index = this.pieces.length;
    const ticket = process.requests.add(process.read().now, (outcome) => this.answered(outcome), PATIENT);
    const about = { fetch, key, version: of === 0 ? revision : of, index, to: size };
    process.give({ kind: 'fetch', ticket, ...about });
  }

  private answered(outcome: Outcome | null): void {
    if (outcome?.kind !== 'piece') return this.failed(outcome);
    const bytes = outcome.bytes ?? this.find(outcome.places);
    if (bytes !== null) return this.take(bytes);
    const { revision } = this.record;
    this.process.findUnreadable({ kind: 'records', revision });
    if (++this.reads === MOST_READS) this.finish(GIVEN_UP);
    else this.later(() => this.begin());
  }

  private find(places: readonly BodyPlace[]): Uint8Array | null {
    const { directory, disk } = this.process.host;
    for (const place of places) {
      const isFile = place.kind === 'file';
      const bytes = isFile ? directory.read(place) : disk!.read(place, this.pieces.length);
      if (bytes !== null) return bytes;
    }
    return null;
  }

  private take(bytes: Uint8Array): void {
    this.pieces.push(bytes);
    this.bytes += bytes.length;
    this.reads = 0;
    if (this.bytes >= this.record.size) this.finish(this.whole());
    else if (this.pieces.length > this.abortAfter) this.later(() => this.finish(GIVEN_UP));
    else this.later(() => this.begin());
  }

  /** An answer that began on one side of a cut is not taken for one of the lineage. */
  private whole(): Outcome {
    if (isVouched(this.process) && !this.wasVouched) return GIVEN_UP;
    return { kind: 'object', record: { ...this.record, body: Buffer.concat(this.pieces) }, via: null };
  }

  private failed(outcome: Outcome | null): void {
    const isGone = outcome?.kind === 'absent';
    if (isGone && this.pieces.length === 0) this.finish({ kind: 'object', record: this.record, via: null });
    else this.finish(isGone ? GIVEN_UP : outcome);
  }

  private finish(outcome: Outcome | null): void {
    const { process, fetch } = this;
    process.give({ kind: 'fetch-end', fetch });
    this.settle(outcome);
  }

  /** The next step comes over the network, never from within the server's own. */
  private later(act: () => void): void {
    const { process } = this;
    process.world.after(this.random.between(0, this.paceMs), () => {
      if (process.alive) process.enter(act);
      else this.settle(null);
    });
  }
}
