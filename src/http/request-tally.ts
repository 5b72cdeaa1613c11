import type { IncomingMessage, ServerResponse } from 'node:http';

import { Injectable } from '@nestjs/common';

/** Whatever else comes is counted as the last. */
export const COUNTED_METHODS = ['GET', 'HEAD', 'PUT', 'DELETE', 'POST', 'OPTIONS', 'other'] as const;
/** By the first digit of the status; `aborted`: the client went before there was one. */
export const COUNTED_ENDS = ['aborted', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;
/** Upper bounds of the times that requests for objects took, in milliseconds; one more is counted without a bound. */
export const BOUNDS_MS: readonly number[] = [
  0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000,
];

/** Of requests for objects by GET one in so many is timed: to read the clock twice costs a fiftieth of such a request. */
export const TIMED_GETS = 16;
const NOT_TIMED = -1;

const OTHER = COUNTED_METHODS.length - 1;
const ENDS = COUNTED_ENDS.length;
const BUCKETS = BOUNDS_MS.length + 1;

/**
 * Counts requests. It stands in the way of every one of them, so it writes into arrays and makes neither names nor
 * objects; whoever wants to see the figures names them. A request counts when it has been answered whole.
 */
@Injectable()
export class RequestTally {
  private readonly counts = new Float64Array(COUNTED_METHODS.length * ENDS);
  private readonly buckets = new Float64Array(COUNTED_METHODS.length * BUCKETS);
  private readonly sums = new Float64Array(COUNTED_METHODS.length);
  private open = 0;
  private gets = 0;

  /** Requests that are being worked on, streams among them. */
  get inFlight(): number {
    return this.open;
  }

  /** Requests that have ended, in whichever way. */
  get answered(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** To be called before a request is handled, and its result to be handed over after that. */
  begin({ method }: IncomingMessage, isObject: boolean): number {
    if (!isObject || (method === 'GET' && this.gets++ % TIMED_GETS !== 0)) return NOT_TIMED;
    return performance.now();
  }

  /** To be called once the request was handled; most are answered by then. */
  take({ method }: IncomingMessage, response: ServerResponse, startedAt: number): void {
    const row = rowOf(method);
    if (response.writableEnded) return this.add(row, response, startedAt);
    this.open++;
    response.once('close', () => {
      this.open--;
      this.add(row, response, startedAt);
    });
  }

  /** Requests of a method that ended in one way. */
  count(method: number, end: number): number {
    return this.counts[method * ENDS + end]!;
  }

  /** The timed requests of a method, by the bound that is the first not to be below their time. */
  timesOf(method: number): { readonly buckets: Float64Array; readonly sumMs: number } {
    const from = method * BUCKETS;
    return { buckets: this.buckets.subarray(from, from + BUCKETS), sumMs: this.sums[method]! };
  }

  private add(row: number, response: ServerResponse, startedAt: number): void {
    const end = response.headersSent ? Math.floor(response.statusCode / 100) : 0;
    this.counts[row * ENDS + end]!++;
    if (startedAt === NOT_TIMED) return;
    const tookMs = performance.now() - startedAt;
    let bucket = 0;
    while (bucket < BOUNDS_MS.length && tookMs > BOUNDS_MS[bucket]!) bucket++;
    this.buckets[row * BUCKETS + bucket]!++;
    this.sums[row]! += tookMs;
  }
}

/** The usual ones first: a comparison of two names that the parser made is one of two addresses. */
function rowOf(method: string | undefined): number {
  switch (method) {
    case 'GET':
      return 0;
    case 'HEAD':
      return 1;
    case 'PUT':
      return 2;
    case 'DELETE':
      return 3;
    case 'POST':
      return 4;
    case 'OPTIONS':
      return 5;
    default:
      return OTHER;
  }
}
