import type { IncomingMessage } from 'node:http';

import type { Answer, Call, Means, WholeAnswer } from './exchange.js';
import { brokenOff, gaveUp, refused, spent, unsure } from './failures.js';
import type { KnownServer } from './known-server.js';
import { pause } from './pauses.js';
import { isFinal, problemIn, readText, type Told } from './problem.js';
import { isElsewhere, MAX_REDIRECTS, targetOf } from './redirect.js';
import type { Span } from './span.js';
import { Tally } from './tally.js';
import { reasonOf } from './transmission.js';
import type { Reply, Silence } from './wire.js';

const FIRST_ERROR = 400;
const SECOND_MS = 1000;
const MOST_DOUBLINGS = 10;

/** One call on its way from server to server, until one answers it or its time is over. */
export class Course {
  private readonly tried = new Set<KnownServer>();
  private readonly tally: Tally;
  private failures = 0;
  private round = 0;
  /** Bytes of the body that were sent at most. */
  private furthest = 0;
  /** What the servers ask for that have too much to do. */
  private restMs = 0;

  constructor(
    private readonly means: Means,
    private readonly call: Call,
    private readonly span: Span,
  ) {
    this.tally = new Tally(call.aim === 'write');
  }

  answer(): Promise<Answer> {
    return this.complete((answer) => Promise.resolve(answer));
  }

  wholeAnswer(): Promise<WholeAnswer> {
    return this.complete(async (answer) => {
      const text = await readText(answer.message, this.patienceMs);
      return { ...answer, text };
    });
  }

  /** `take`: rejects when the answer turns out to be of no use. */
  private async complete<T>(take: (answer: Answer) => Promise<T>): Promise<T> {
    const { span, call, tally } = this;
    try {
      for (;;) {
        const answer = await this.attempt(await this.next());
        const taken = answer && (await this.use(answer, take));
        if (taken) return taken.value;
      }
    } catch (error) {
      if (span.isExpired) throw gaveUp(call, span.deadlineMs, tally);
      if (span.signal.aborted) throw span.signal.reason;
      throw error;
    }
  }

  private async use<T>(answer: Answer, take: (answer: Answer) => Promise<T>): Promise<{ value: T } | null> {
    try {
      return { value: await take(answer) };
    } catch (error) {
      this.tally.lost();
      this.complain(answer.server, answer.status, reasonOf(error));
      if (!this.call.isRepeatable) throw brokenOff(this.call, answer.server, reasonOf(error), this.tally);
      return null;
    }
  }

  /** The best server that was not asked in this round. */
  private async next(): Promise<KnownServer> {
    const { directory } = this.means;
    const order = this.call.only === null ? directory.order(this.call.aim) : [this.call.only];
    const server = order.find((candidate) => !this.tried.has(candidate));
    if (server !== undefined) return server;
    await pause(this.round++, this.restMs, this.span.signal);
    this.tried.clear();
    this.restMs = 0;
    return this.next();
  }

  /** Null when another server has to be asked, or the same one later. */
  private async attempt(server: KnownServer, path = this.call.path, redirects = 0): Promise<Answer | null> {
    this.tried.add(server);
    const reply = await this.send(server, path);
    if (reply.kind === 'no-body') throw this.tally.isUnknown ? unsure(reply.error, this.tally) : reply.error;
    if (reply.kind === 'silent') return this.unanswered(server, reply);
    this.span.signal.throwIfAborted();
    const { message } = reply;
    const target = targetOf(message, server);
    if (target === null) return this.judge(server, message);
    message.resume();
    const next = redirects < MAX_REDIRECTS ? await this.trusted(target) : null;
    if (next !== null) return this.attempt(next, target.pathname + target.search, redirects + 1);
    const said = `it sends on to ${target.origin}, which is no other member`;
    return this.complain(server, message.statusCode!, said);
  }

  /** A kept connection that was closed meanwhile says nothing about the server. */
  private async send(server: KnownServer, path: string): Promise<Reply> {
    const { method, headers, body } = this.call;
    const { signal } = this.span;
    const onProgress = (bytes: number): void => this.progress(bytes);
    const bounds = { patienceMs: this.patienceMs, signal, onProgress };
    const outgoing = { method, path, body, headers: { ...headers, Prefer: 'redirect' } };
    const reply = await this.means.wire.send(server, outgoing, bounds);
    const isAgain =
      reply.kind === 'silent' && reply.isStale && this.mayRepeat(reply.isSent) && !body?.isSpent;
    return isAgain ? this.means.wire.send(server, outgoing, bounds) : reply;
  }

  /** Each attempt gets twice as long: the servers may just be slow, and it does no good then to ask ever more of them. */
  private get patienceMs(): number {
    return this.means.attemptMs * 2 ** Math.min(this.failures, MOST_DOUBLINGS);
  }

  private progress(bytes: number): void {
    if (bytes <= this.furthest) return;
    this.furthest = bytes;
    this.span.extend();
  }

  /** A server of the ring, which is the only one to be trusted with the token. */
  private async trusted(target: URL): Promise<KnownServer | null> {
    const { directory, discovery } = this.means;
    if (directory.at(target) === null) await discovery.refresh();
    this.span.signal.throwIfAborted();
    return directory.at(target);
  }

  private async judge(server: KnownServer, message: IncomingMessage): Promise<Answer | null> {
    const status = message.statusCode!;
    const { headers } = message;
    if (headers['ringlet-server'] === undefined) {
      message.destroy();
      this.tally.doubts(status);
      return this.complain(server, status, 'it is no Ringlet server');
    }
    if (isElsewhere(status)) {
      message.resume();
      return this.complain(server, status, 'it sends on to where nobody follows');
    }
    if (status >= FIRST_ERROR && !this.call.accepts.includes(status))
      return this.refusal(server, await problemIn(message, this.patienceMs));
    server.hasSucceeded();
    if (!this.means.directory.note(server, headers)) void this.means.discovery.refresh();
    return { status, headers, message, server };
  }

  /** Null when it may pass. */
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

  private unanswered(server: KnownServer, { why, isSent }: Silence): null {
    const { isExpired, signal } = this.span;
    if (isSent) this.tally.lost();
    this.tally.tell(server, null, isExpired ? 'no answer' : why);
    signal.throwIfAborted();
    this.failed(server);
    if (!this.mayRepeat(isSent)) throw brokenOff(this.call, server, why, this.tally);
    return null;
  }

  private mayRepeat(isSent: boolean): boolean {
    return this.call.isRepeatable || !isSent;
  }

  private complain(server: KnownServer, status: number, said: string): null {
    this.tally.tell(server, status, said);
    return this.failed(server);
  }

  private failed(server: KnownServer): null {
    this.failures++;
    server.hasFailed(performance.now());
    this.means.discovery.suspect();
    if (this.call.body?.isSpent === true) throw spent(this.tally);
    return null;
  }
}
