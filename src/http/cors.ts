import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

const ANY = '*';
const METHODS = 'GET, HEAD, PUT, POST, DELETE';
/** How long a browser may remember the answer to a preflight. */
const MAX_AGE_SECONDS = '600';
/**
 * What a page may read of an answer. The star stands for all the rest, such as Object-Meta-*; it does so because
 * credentials are never allowed (Fetch, 3.3.5), and browsers that do not know it still read the others.
 */
const EXPOSED = [
  '*',
  'ETag',
  'Accept-Ranges',
  'Allow',
  'Content-Length',
  'Content-Range',
  'Date',
  'Retry-After',
  'Ringlet-Holders',
  'Ringlet-Island',
  'Ringlet-Primary',
  'Ringlet-Replicas',
  'Ringlet-Revision',
  'Ringlet-Server',
  'Ringlet-Stale',
  'Ringlet-Via',
  'Ringlet-View',
  'WWW-Authenticate',
  'X-TTL',
].join(', ');

/** Headers as names and values in turn. */
type Headers = readonly string[];

const NONE: Headers = [];
const WITH_ANY: Headers = ['Access-Control-Allow-Origin', ANY, 'Access-Control-Expose-Headers', EXPOSED];
/** An answer differs by the page that asks, which a cache in between has to know. */
const VARIED: Headers = ['Vary', 'Origin'];

/**
 * What pages of other sites may do from a browser (the Fetch standard's CORS protocol). `origins`: as in CORS_ORIGINS.
 * Credentials that a browser adds by itself are never allowed: a page that has a token sends it in Authorization.
 */
export class Cors {
  private readonly allowsAny: boolean;
  private readonly listed: ReadonlySet<string>;
  /** What every answer carries, whoever asks. */
  readonly common: Headers;

  constructor(origins: readonly string[]) {
    this.allowsAny = origins.includes(ANY);
    this.listed = new Set(this.allowsAny ? [] : origins);
    this.common = this.allowsAny ? WITH_ANY : this.listed.size > 0 ? VARIED : NONE;
  }

  /** No page of another site may do anything. */
  get isOff(): boolean {
    return this.common.length === 0;
  }

  /** What the answer to this request carries besides. */
  own({ origin }: IncomingHttpHeaders): Headers {
    if (origin === undefined || !this.listed.has(origin)) return NONE;
    return ['Access-Control-Allow-Origin', origin, 'Access-Control-Expose-Headers', EXPOSED];
  }

  /**
   * The answer to a browser that asks whether a page may send a certain request; null when this is no such question, or
   * not from a page that may. A preflight never has a token, so it is answered without, and tells nothing.
   */
  preflight({ method, headers }: IncomingMessage): Headers | null {
    const { origin } = headers;
    const isAsked = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
    if (!isAsked || origin === undefined) return null;
    if (!this.allowsAny && !this.listed.has(origin)) return null;
    const allowed = ['Access-Control-Allow-Methods', METHODS, 'Access-Control-Max-Age', MAX_AGE_SECONDS];
    const wished = headers['access-control-request-headers'];
    if (wished !== undefined) allowed.push('Access-Control-Allow-Headers', wished);
    return allowed;
  }
}
