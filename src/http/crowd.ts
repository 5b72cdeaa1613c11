import type { IncomingMessage, ServerResponse } from 'node:http';

import { Inject, Injectable } from '@nestjs/common';

import { type Config, CONFIG } from '../config/index.js';
import { RingService } from '../ring/index.js';
import { Answers } from './answers.js';
import type { ErrorCode } from './errors.js';
import { Lag } from './lag.js';
import { LeastLoaded } from './least-loaded.js';
import { marked, maySendOn, unmark } from './sent-on.js';
import { Shutdown } from './shutdown.js';

/** Requests that may wait, for each that may be worked on; and for how long. */
const WAITING_FOR_EACH = 10;
const MOST_WAIT_MS = 5_000;
/** What node:http reads of a body that nobody asks for: it stops behind the chunk with which it has 64 KiB, and a chunk has up to that. */
const UNASKED_BYTES = 128 * 1024;
/** That of all that wait, which MEMORY_LIMIT does not count. */
const MOST_UNASKED_BYTES = 128 * 1024 * 1024;
const LOOK_MS = 100;
/** A process that is so late has enough to do, however few requests there are. */
const LATE_MS = 250;
/** Whoever has had enough to do goes on sending on for about so long as the beats take to tell of it; otherwise most would come back at once. */
const SPREAD_MS = 500;
/** More than anybody says who is not about to end. */
const ENDING = 1_000;

interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly work: () => void;
  /** The most that is read of its body meanwhile. */
  readonly bytes: number;
  /** Monotonic ms. */
  readonly until: number;
}

/**
 * The requests that this server works on at once, up to MAX_IN_FLIGHT. Beyond that, and while this process is late or about to end, whoever
 * says `Prefer: redirect` is sent to the member with the least to do. The others wait for their turn, as far as there is room for that.
 */
@Injectable()
export class Crowd {
  private readonly most: number;
  private readonly lag = new Lag();
  private readonly waiting = new Set<Waiting>();
  private waitingBytes = 0;
  private working = 0;
  private timer: NodeJS.Timeout | undefined;
  /** It has had enough to do a moment ago. */
  private spreading: NodeJS.Timeout | undefined;

  constructor(
    private readonly answers: Answers,
    private readonly shutdown: Shutdown,
    private readonly others: LeastLoaded,
    ring: RingService,
    @Inject(CONFIG) { maxInFlight }: Pick<Config, 'maxInFlight'>,
  ) {
    this.most = maxInFlight;
    this.lag.start();
    ring.tellLoad(() => this.load);
    void shutdown.begun.then(() => this.disperse());
  }

  /** How busy this server is; from 1 on it has enough to do. */
  get load(): number {
    if (this.shutdown.isDraining) return ENDING;
    return Math.max((this.working + this.waiting.size) / this.most, this.lag.ms / LATE_MS);
  }

  /** Neither this server nor any other member can do more than it does. */
  get isRingFull(): boolean {
    return this.load >= 1 && this.others.allHave(1);
  }

  /** Requests that wait for their turn. */
  get waitingCount(): number {
    return this.waiting.size;
  }

  /** Whether a request may be worked on as it comes; to be followed by `count`. */
  get isOpen(): boolean {
    return this.hasRoom && this.spreading === undefined && this.lag.ms < LATE_MS && !this.shutdown.isDraining;
  }

  /** A request was begun. What is answered by now, as reads from memory are, does not count. */
  count(response: ServerResponse): void {
    if (response.writableEnded || response.destroyed) return;
    this.working++;
    response.once('close', () => {
      this.working--;
      this.admit();
    });
  }

  /** A request that came while this server was not open. */
  take(request: IncomingMessage, response: ServerResponse, work: () => void): void {
    if (!this.hasRoom) this.spread();
    if (this.redirects(request, response)) return;
    const bytes = unaskedBytesOf(request);
    if (this.hasRoom) {
      work();
      this.count(response);
    } else if (this.mayWait(bytes)) {
      this.enqueue({ request, response, work, bytes, until: performance.now() + MOST_WAIT_MS });
    } else if (!this.redirects(request, response, () => this.others.nextAsTold(this.load))) {
      this.answers.problem(request, response, 'saturated');
    }
  }

  private get hasRoom(): boolean {
    return this.working < this.most && this.waiting.size === 0;
  }

  private mayWait(bytes: number): boolean {
    if (this.waiting.size >= WAITING_FOR_EACH * this.most || this.shutdown.isDraining) return false;
    return this.waitingBytes + bytes <= MOST_UNASKED_BYTES;
  }

  /** To who has less to do, however much that is: it will not send it on. */
  private redirects(
    request: IncomingMessage,
    response: ServerResponse,
    next = () => this.others.next(this.load),
  ): boolean {
    unmark(request);
    if (!maySendOn(request)) return false;
    const url = next();
    if (url === undefined) return false;
    this.answers.redirect(request, response, `${url}${marked(request.url!)}`);
    return true;
  }

  private spread(): void {
    this.spreading ??= setTimeout(() => (this.spreading = undefined), SPREAD_MS).unref();
    this.spreading.refresh();
  }

  private enqueue(waiting: Waiting): void {
    this.waiting.add(waiting);
    this.waitingBytes += waiting.bytes;
    waiting.response.once('close', () => this.release(waiting));
    this.timer ??= setInterval(() => this.look(), LOOK_MS).unref();
  }

  private release(waiting: Waiting): void {
    if (this.waiting.delete(waiting)) this.waitingBytes -= waiting.bytes;
  }

  private admit(): void {
    for (const waiting of this.waiting) {
      if (this.working >= this.most) return;
      this.release(waiting);
      waiting.work();
      this.count(waiting.response);
    }
  }

  /** They came in their order, so the first has waited longest. */
  private look(): void {
    const now = performance.now();
    for (const waiting of this.waiting) {
      if (waiting.until > now) break;
      this.sendAway(waiting, 'saturated');
    }
    if (this.waiting.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** This server is about to end: who waits goes to another. */
  private disperse(): void {
    for (const waiting of this.waiting)
      if (this.redirects(waiting.request, waiting.response)) this.release(waiting);
      else this.sendAway(waiting, 'leaving');
  }

  private sendAway(waiting: Waiting, code: ErrorCode): void {
    this.release(waiting);
    this.answers.problem(waiting.request, waiting.response, code);
  }
}

function unaskedBytesOf({ headers }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return UNASKED_BYTES;
  return Math.min(Number(headers['content-length'] ?? 0), UNASKED_BYTES);
}
