import type { Operation, Outcome, Ticket } from '../../src/replication/index.js';
import type { Process } from './process.js';
import type { Random } from './random.js';
import type { Settle } from './requests.js';
import { violation } from './violation.js';

const SIZE_KNOWN_CHANCE = 0.6;
const ABORT_CHANCE = 0.15;
const LATE_ABORT_CHANCE = 0.05;
/** How long the client takes from one piece to the next, at most. */
const PACES_MS = [0, 0, 1, 20, 200] as const;

/** What a client says that gives up before it has sent everything: so nothing is done. */
const GIVEN_UP: Outcome = { kind: 'not-done', reason: 'timeout' };

/**
 * A client that sends a large body piece by piece, as far as it is let, at a pace of its own. Some hang up in the middle,
 * and some at the very end, when nobody knows any more what becomes of it.
 */
export class Upload {
  private readonly ticket: Ticket;
  private readonly pieces: readonly Uint8Array[];
  private readonly paceMs: number;
  /** After so many pieces the client is gone; one more than there are: after it has said that it is all. */
  private readonly abortAfter: number;
  private given = 0;
  private granted = 0;
  private moving = false;
  private ended = false;
  private over = false;

  constructor(
    private readonly process: Process,
    private readonly operation: Operation,
    private readonly random: Random,
    private readonly settle: Settle,
  ) {
    this.pieces = cut(operation.body!, process.host.cluster.plan.pieceBytes);
    this.paceMs = random.pick(PACES_MS);
    const { length } = this.pieces;
    const breaksOff = random.chance(ABORT_CHANCE);
    this.abortAfter = breaksOff ? random.below(length + 1) : Infinity;
    if (!breaksOff && random.chance(LATE_ABORT_CHANCE)) this.abortAfter = length + 1;
    this.ticket = process.requests.open(
      (outcome) => this.answered(outcome),
      (granted) => this.grant(granted),
    );
  }

  begin(): void {
    const size = this.random.chance(SIZE_KNOWN_CHANCE) ? this.operation.size : -1;
    this.process.give({ kind: 'upload', ticket: this.ticket, size });
    this.later();
  }

  private grant(pieces: number): void {
    if (pieces < this.granted) violation('grants', `${pieces} pieces after ${this.granted}`);
    this.granted = pieces;
    this.later();
  }

  /** The next step comes over the network, never from within the server's own. */
  private later(): void {
    if (this.moving) return;
    this.moving = true;
    const { process } = this;
    process.world.after(this.random.between(0, this.paceMs), () => process.enter(() => this.go()));
  }

  private go(): void {
    this.moving = false;
    if (this.over) return;
    if (this.isGone) this.giveUp();
    else if (this.given === this.pieces.length) this.finish();
    else if (this.given < this.granted) this.send();
  }

  private get isGone(): boolean {
    return this.given + (this.ended ? 1 : 0) >= this.abortAfter;
  }

  private send(): void {
    do {
      const bytes = this.pieces[this.given++]!;
      this.process.give({ kind: 'upload-piece', ticket: this.ticket, bytes });
    } while (this.paceMs === 0 && !this.over && this.given < Math.min(this.granted, this.pieces.length));
    if (this.given < this.granted || this.given === this.pieces.length || this.isGone) this.later();
  }

  private finish(): void {
    if (this.ended) return;
    this.ended = true;
    const operation: Operation = { ...this.operation, body: null, size: 0, digest: '' };
    this.process.requests.hasten(this.ticket, this.process.read().now);
    this.process.give({ kind: 'upload-end', ticket: this.ticket, operation });
    if (this.abortAfter < Infinity) this.later();
  }

  private giveUp(): void {
    this.process.flush();
    if (this.over) return;
    this.process.requests.forget(this.ticket);
    this.process.give({ kind: 'upload-abort', ticket: this.ticket });
    this.tell(this.ended ? null : GIVEN_UP);
  }

  private answered(outcome: Outcome | null): void {
    if (!this.ended && outcome !== null && outcome.kind !== 'not-done')
      violation('answers', `an upload of which ${this.given} pieces were sent is ${outcome.kind}`);
    this.tell(outcome === null && !this.ended ? GIVEN_UP : outcome);
  }

  private tell(outcome: Outcome | null): void {
    this.over = true;
    this.settle(outcome);
  }
}

function cut(body: Uint8Array, pieceBytes: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += pieceBytes) pieces.push(body.subarray(at, at + pieceBytes));
  return pieces;
}
