/** What one HTTP client may take of a server, besides the number of connections. Times in milliseconds. */
export interface HttpLimits {
  readonly headerBytes: number;
  /** From the first byte of a request to the last of its headers. */
  readonly headersMs: number;
  /** From the headers of a request to the last byte of its body, besides the time that the body itself takes. */
  readonly requestMs: number;
  /** The pace that a body has to keep. */
  readonly bodyBytesPerSecond: number;
  /** How often those above are looked at. */
  readonly checkMs: number;
  /** A connection without a request on it. */
  readonly keepAliveMs: number;
  /** A client that reads nothing of its answer. */
  readonly silenceMs: number;
  /** What pending requests get at the end of a server, in all. */
  readonly drainMs: number;
  /** How long a client may go on to send a body that nobody reads, before its connection is closed. */
  readonly lingerMs: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = Object.freeze({
  headerBytes: 16 * 1024,
  headersMs: 10_000,
  requestMs: 30_000,
  bodyBytesPerSecond: 16 * 1024,
  checkMs: 1000,
  keepAliveMs: 65_000,
  silenceMs: 60_000,
  drainMs: 5000,
  lingerMs: 1000,
});
