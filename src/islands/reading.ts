import type { IncomingMessage, ServerResponse } from 'node:http';

import { type Answers, Problem } from '../http/index.js';
import { readWish } from '../objects/index.js';
import type { Absences } from './absences.js';
import { Askings } from './askings.js';
import { callProblem } from './call-problem.js';
import type { Copies, Copy } from './copies.js';
import { CHECK_MS, deadlineMs, restMs } from './deadlines.js';
import { type Failure, firstFound, type Verdict } from './first-found.js';
import type { Inquirer, Question } from './inquiry.js';
import { IslandAnswers } from './island-answers.js';
import { PatientInquirer } from './patient-inquirer.js';
import type { Island, Register } from './register.js';
import type { IslandTally } from './tally.js';
import { readVisited, visitedBy } from './visited.js';
import { labelOf, wishesOf } from './wishes.js';

/** Questions at once. */
const MOST_ASKED = 256;
/** What a read of another island needs. */
interface ReadingMeans {
  readonly answers: Answers;
  readonly register: Register;
  readonly inquirer: Inquirer;
  readonly copies: Copies;
  readonly absences: Absences;
  readonly tally: IslandTally;
  /** The id of this ring. It has one, or it could not tell that it does not have the object. */
  readonly own: () => string | null;
  readonly now: () => number;
}

/**
 * Reads of what this ring does not have. All islands are asked at once, and what one of them has is kept for a little while, as is
 * that none of them has it. Copies are for clients of this island only: an island that asks is told what
 * this ring has, or what those have that it did not ask itself. Otherwise two islands could each take the other's copy of a
 * deleted object for the object.
 */
export class Reading {
  private readonly sender: IslandAnswers;
  private readonly patient: PatientInquirer;
  private readonly askings = new Askings();
  private asked = 0;

  constructor(private readonly means: ReadingMeans) {
    this.sender = new IslandAnswers(means.answers);
    this.patient = new PatientInquirer(means.inquirer, means.now);
  }

  async read(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    const visited = readVisited(request.headers['ringlet-visited']);
    if (visited === null) throw new Problem('no_object');
    if (visited.length > 0) return this.readForOthers(request, response, key, visited);
    const { copies, absences, register, now } = this.means;
    const since = now();
    const { onlyHere, allowsStale } = readWish(request.headers['cache-control']);
    const preparing = onlyHere ? undefined : this.prepare(key);
    if (preparing !== undefined) await preparing;
    const copy = copies.get(key);
    if (copy !== undefined && (allowsStale || copies.isFresh(copy)))
      return this.sendCopy(request, response, copy);
    const islands = register.up();
    if (islands.length === 0) throw this.absent([]);
    const silent = absences.get(key);
    if (silent !== undefined) throw this.absent(silent);
    if (onlyHere) throw new Problem('not_here');
    return this.readElsewhere(request, response, key, islands, since);
  }

  /** It was written to one of the islands: what is known of it from before is not answered with any more. */
  forget(key: string): void {
    const { absences, copies } = this.means;
    copies.drop(key);
    absences.drop(key);
    this.askings.outdate(key);
  }

  /** What another client has just asked for will do for this one; a copy that is no longer fresh is checked first. */
  private prepare(key: string): Promise<unknown> | undefined {
    const pending = this.askings.get(key);
    if (pending !== undefined) return pending.done;
    const copy = this.means.copies.get(key);
    const isOld = copy !== undefined && !this.means.copies.isFresh(copy);
    return isOld ? this.check(key, copy) : undefined;
  }

  private sendCopy(request: IncomingMessage, response: ServerResponse, copy: Copy): void {
    this.means.tally.copies++;
    const stale = this.means.copies.isFresh(copy) ? [] : ['Ringlet-Stale', '1'];
    this.sender.sendWhole(request, response, copy, [...labelOf(copy.island), ...stale]);
  }

  private async readElsewhere(
    request: IncomingMessage,
    response: ServerResponse,
    key: string,
    islands: readonly Island[],
    since: number,
  ): Promise<void> {
    const { absences, copies, now } = this.means;
    const checkedAt = now();
    const question = this.questionOf(request, key, islands, [], restMs(checkedAt - since));
    const asking = this.askings.begin(key, this.ask(islands, question));
    const { found, failures } = await asking.reply;
    if (found === null) {
      if (!asking.isOutdated) absences.add(key, failures);
      throw this.absent(failures);
    }
    const { island } = found;
    if (found.kind === 'whole' && !asking.isOutdated)
      copies.keep(key, { island, head: found.head, body: found.body, checkedAt });
    await this.sender.send(request, response, found, labelOf(island));
  }

  /** Nothing is remembered of it. */
  private async readForOthers(
    request: IncomingMessage,
    response: ServerResponse,
    key: string,
    visited: readonly string[],
  ): Promise<void> {
    const islands = this.means.register.up().filter(({ id }) => !visited.includes(id));
    if (islands.length === 0) throw new Problem('no_object');
    const question = this.questionOf(request, key, islands, visited, deadlineMs(visited));
    const { found, failures } = await this.ask(islands, question);
    if (found === null) throw this.absent(failures);
    await this.sender.send(request, response, found, labelOf(found.island));
  }

  private async ask(islands: readonly Island[], question: Question): Promise<Verdict> {
    if (this.asked >= MOST_ASKED) throw new Problem('islands_busy');
    this.asked++;
    try {
      const verdict = await firstFound(this.patient, islands, question);
      const { tally } = this.means;
      if (verdict.found === null) tally.absent++;
      else tally.found++;
      tally.failed += verdict.failures.length;
      if (verdict.found === null) demandAnswers(verdict.failures);
      return verdict;
    } finally {
      this.asked--;
    }
  }

  /** Asks the island of a copy whether it still holds. While that cannot be told, the copy stays as old as it is. */
  private async check(key: string, copy: Copy): Promise<void> {
    const { register, copies, now } = this.means;
    const island = register.up().find(({ id }) => id === copy.island.id);
    if (island === undefined) return;
    const checkedAt = now();
    const headers = { ...visitedBy(this.means.own()!, [island], []), 'If-None-Match': copy.head.etag };
    const question = { method: 'GET' as const, key, headers, deadlineMs: CHECK_MS };
    const asking = this.askings.begin(key, this.patient.ask(island, question));
    const reply = await asking.reply;
    if (reply.kind === 'stream') reply.message?.destroy();
    if (reply.kind === 'failure' || asking.isOutdated) return;
    const isSame = reply.kind === 'not-modified' && reply.validators.etag === copy.head.etag;
    if (isSame) copy.checkedAt = checkedAt;
    else copies.drop(key);
    if (reply.kind === 'whole') copies.keep(key, { island, head: reply.head, body: reply.body, checkedAt });
  }

  private questionOf(
    { method, headers }: IncomingMessage,
    key: string,
    islands: readonly Island[],
    visited: readonly string[],
    limitMs: number,
  ): Question {
    return {
      method: method as Question['method'],
      key,
      headers: { ...wishesOf(headers), ...visitedBy(this.means.own()!, islands, visited) },
      deadlineMs: limitMs,
    };
  }

  private absent(failures: readonly Failure[]): Problem {
    const silent = failures.map(({ island, error }) => `${island.name}: ${error.message}`);
    silent.push(...this.means.register.missing());
    if (silent.length === 0) return new Problem('no_object');
    return new Problem('no_object', {
      detail: `This island does not have it, and of the others not all could tell: ${silent.join('; ')}.`,
    });
  }
}

/** An island that was not asked may well have it. */
function demandAnswers(failures: readonly Failure[]): void {
  const busy = failures.find(({ error }) => error.kind === 'busy');
  if (busy !== undefined) throw callProblem(busy.island, busy.error);
}
