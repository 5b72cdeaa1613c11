import type { Answer, Call, Means, WholeAnswer } from './exchange.js';
import { gaveUp, unsure } from './failures.js';
import { Judge } from './judge.js';
import type { KnownServer } from './known-server.js';
import { pause } from './pauses.js';
import { readText } from './problem.js';
import { isBusyWord, MAX_REDIRECTS, targetOf } from './redirect.js';
import type { Span } from './span.js';
import { reasonOf } from './transmission.js';
import type { Reply } from './wire.js';

const MOST_DOUBLINGS = 10;

/** One call on its way from server to server, until one answers it or its time is over. */
export class Course {
  private readonly tried = new Set<KnownServer>();
  private readonly judge: Judge;
  private round = 0;
  /** Bytes of the body that were sent at most. */
  private furthest = 0;
  /** To be sent on is better than to be relayed, as long as it leads somewhere. */
  private isForRedirects = true;

  constructor(
    private readonly means: Means,
    private readonly call: Call,
    private readonly span: Span,
  ) {
    this.judge = new Judge(means, call, span);
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
    const { span, call, judge } = this;
    try {
      for (;;) {
        const answer = await this.attempt(await this.next());
        const taken = answer && (await this.use(answer, take));
        if (taken) return taken.value;
      }
    } catch (error) {
      if (span.isExpired) throw gaveUp(call, span.deadlineMs, judge.tally);
      if (span.signal.aborted) throw span.signal.reason;
      throw error;
    }
  }

  private async use<T>(answer: Answer, take: (answer: Answer) => Promise<T>): Promise<{ value: T } | null> {
    try {
      return { value: await take(answer) };
    } catch (error) {
      return this.judge.half(answer, reasonOf(error));
    }
  }

  /** The best server that was not asked in this round. */
  private async next(): Promise<KnownServer> {
    const { directory } = this.means;
    const order = this.call.only === null ? directory.order(this.call.aim) : [this.call.only];
    const server = order.find((candidate) => !this.tried.has(candidate));
    if (server !== undefined) return server;
    await pause(this.round++, this.judge.restMs, this.span.signal);
    this.tried.clear();
    this.judge.restMs = 0;
    return this.next();
  }

  /** Null when another server has to be asked, or the same one later. */
  private async attempt(server: KnownServer, path = this.call.path, redirects = 0): Promise<Answer | null> {
    this.tried.add(server);
    const { tally } = this.judge;
    const reply = await this.send(server, path);
    if (reply.kind === 'no-body') throw tally.isUnknown ? unsure(reply.error, tally) : reply.error;
    if (reply.kind === 'silent') return this.judge.silence(server, reply);
    this.span.signal.throwIfAborted();
    const { message } = reply;
    const target = targetOf(message, server);
    if (target === null) return this.judge.answer(server, message, this.patienceMs);
    if (isBusyWord(target)) server.hasSentOn(performance.now());
    const next = redirects < MAX_REDIRECTS ? await this.trusted(target) : null;
    if (next !== null) {
      message.resume();
      return this.follow(next, target, redirects);
    }
    if (!this.isForRedirects)
      return this.judge.useless(server, message, `it sends on to ${target.origin}, which is no other member`);
    message.resume();
    this.isForRedirects = false;
    return this.attempt(server, path, redirects);
  }

  /** What fails there may be done where it was sent on, if that does it itself. */
  private async follow(server: KnownServer, target: URL, redirects: number): Promise<Answer | null> {
    const answer = await this.attempt(server, target.pathname + target.search, redirects + 1);
    this.isForRedirects &&= answer !== null;
    return answer;
  }

  private send(server: KnownServer, path: string): Promise<Reply> {
    const { method, body } = this.call;
    const onProgress = (bytes: number): void => this.progress(bytes);
    const bounds = { patienceMs: this.patienceMs, signal: this.span.signal, onProgress };
    const headers = this.isForRedirects ? { ...this.call.headers, Prefer: 'redirect' } : this.call.headers;
    return this.means.wire.send(server, { method, path, body, headers }, bounds, ({ isSent }) => {
      if (!this.judge.mayRepeat(isSent) || body?.isSpent === true) return false;
      // Or it was closed by a server that died just when it had done what it was asked to.
      if (isSent) this.judge.tally.lost();
      return true;
    });
  }

  /**
   * Twice as long after each attempt that was given up: the servers may just be slow, and it does no good then to ask ever more
   * of them. One that is dead or refuses is not slow, and those after it do not get longer for that.
   */
  private get patienceMs(): number {
    return this.means.attemptMs * 2 ** Math.min(this.judge.late, MOST_DOUBLINGS);
  }

  private progress(bytes: number): void {
    if (bytes <= this.furthest) return;
    this.furthest = bytes;
    this.span.extend();
  }

  /** A server of the ring, which is the only one to be trusted with the token. */
  private async trusted(target: URL): Promise<KnownServer | null> {
    const { directory, discovery } = this.means;
    if (directory.at(target) === null) await this.span.during(discovery.look());
    this.span.signal.throwIfAborted();
    return directory.at(target);
  }
}
