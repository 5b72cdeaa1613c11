import type { IncomingMessage } from 'node:http';

import type { Answer, Call, Means } from './exchange.js';
import { brokenOff, refused, spent } from './failures.js';
import type { KnownServer } from './known-server.js';
import { isFinal, problemIn, type Told } from './problem.js';
import { isElsewhere } from './redirect.js';
import type { Span } from './span.js';
import { Tally } from './tally.js';
import type { Silence } from './wire.js';

const FIRST_ERROR = 400;
const SECOND_MS = 1000;
/** The primary may be one that cannot be known here; it is not looked for all the time. */
const LOOK_EVERY_MS = 10_000;

/** Tells of each attempt of a call whether it is an answer, passes (null: go on elsewhere), or ends the call (it throws). */
export class Judge {
  readonly tally: Tally;
  /** Attempts that were given up because nothing came. */
  late = 0;
  /** What the servers ask for that have too much to do. */
  restMs = 0;

  constructor(
    private readonly means: Means,
    private readonly call: Call,
    private readonly span: Span,
  ) {
    this.tally = new Tally(call.aim === 'write');
  }

  async answer(server: KnownServer, message: IncomingMessage, patienceMs: number): Promise<Answer | null> {
    const status = message.statusCode!;
    const { headers } = message;
    if (headers['ringlet-server'] === undefined) {
      this.tally.doubts(status);
      return this.useless(server, message, 'it is no Ringlet server');
    }
    if (isElsewhere(status)) return this.useless(server, message, 'it sends on to where nobody follows');
    if (status >= FIRST_ERROR && !this.call.accepts.includes(status))
      return this.refusal(server, await problemIn(message, patienceMs));
    server.hasSucceeded();
    if (!this.means.directory.note(server, headers)) this.means.discovery.suspect(LOOK_EVERY_MS);
    return { status, headers, message, server };
  }

  silence(server: KnownServer, { why, isSent, isLate }: Silence): null {
    const { isExpired, signal } = this.span;
    if (isLate) this.late++;
    if (isSent) this.tally.lost();
    if (!isExpired) this.tally.tell(server, null, why);
    else if (!this.tally.knows(server)) this.tally.tell(server, null, 'no answer');
    signal.throwIfAborted();
    this.failed(server);
    if (!this.mayRepeat(isSent)) throw brokenOff(this.call, server, why, this.tally);
    return null;
  }

  /** The body of an answer has not come to its end. */
  half({ server, status }: Answer, why: string): null {
    this.tally.lost();
    this.span.signal.throwIfAborted();
    this.tally.tell(server, status, why);
    if (!this.call.isRepeatable) throw brokenOff(this.call, server, why, this.tally);
    return this.failed(server);
  }

  useless(server: KnownServer, message: IncomingMessage, said: string): null {
    message.destroy();
    this.tally.tell(server, message.statusCode!, said);
    return this.failed(server);
  }

  /** `isSent`: the server may have got it. */
  mayRepeat(isSent: boolean): boolean {
    return this.call.isRepeatable || !isSent;
  }

  private refusal(server: KnownServer, problem: Told): null {
    const { status, code, said, retryAfterSeconds } = problem;
    this.span.signal.throwIfAborted();
    this.tally.tell(server, status, said, code);
    const isDoubtful = this.tally.doubts(status);
    if (isFinal(problem) || (isDoubtful && !this.call.isRepeatable))
      throw refused(this.call, server, problem, this.tally);
    if (code === 'overloaded') this.restMs = Math.max(this.restMs, retryAfterSeconds * SECOND_MS);
    return this.failed(server);
  }

  private failed(server: KnownServer): null {
    server.hasFailed(performance.now());
    this.means.discovery.suspect();
    if (this.call.body?.isSpent === true) throw spent(this.tally);
    return null;
  }
}
