import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';

import { type Answers, type Crowd, expectsContinue, maySendOn, Problem } from '../http/index.js';
import { readWish, refuseTransformations, tellsLength } from '../objects/index.js';
import { type Call, CallError, type Caller } from './caller.js';
import { callProblem } from './call-problem.js';
import { type Inquirer, pathOf } from './inquiry.js';
import { IslandAnswers } from './island-answers.js';
import type { Island, Register } from './register.js';
import type { IslandTally } from './tally.js';
import { EVERYWHERE, VISITED } from './visited.js';
import { labelOf, wishesOf } from './wishes.js';
import { readWriteAnswer } from './write-answer.js';
import { exchange, headersOf } from './write-request.js';

const PREFIX = 'islands/';
/** A ring answers a read within five seconds. */
const READ_MS = 6_000;
const CONNECT_MS = 1_000;
const MOST_FORWARDED = 256;
interface ForwardingMeans {
  readonly answers: Answers;
  readonly crowd: Pick<Crowd, 'isRingFull'>;
  /** URLs that ask for no token: a client may be sent there. */
  readonly open: ReadonlySet<string>;
  readonly register: Register;
  readonly inquirer: Inquirer;
  readonly caller: Caller;
  readonly tally: IslandTally;
  /** Lets go of what is remembered of a key. */
  readonly forget: (key: string) => void;
}

/**
 * Requests for `islands/{name}/{key}`: the same for `{key}` at that island, whose own answer it is. A key that begins so
 * again is refused, as is whatever another island sends on, so none of them goes further than one step.
 */
export class Forwarding {
  private readonly sender: IslandAnswers;
  private forwarded = 0;

  constructor(private readonly means: ForwardingMeans) {
    this.sender = new IslandAnswers(means.answers);
  }

  /** Null when the key is of this island, or the method is not one of objects. */
  claim(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> | null {
    if (!key.startsWith(PREFIX)) return null;
    switch (request.method) {
      case 'GET':
      case 'HEAD':
        return this.within(key, request, response, (island, rest) =>
          this.read(request, response, island, rest),
        );
      case 'PUT':
      case 'DELETE':
        return this.within(key, request, response, (island, rest) =>
          this.write(request, response, island, rest),
        );
      default:
        return null;
    }
  }

  private async within(
    key: string,
    request: IncomingMessage,
    response: ServerResponse,
    forward: (island: Island, rest: string) => Promise<void>,
  ): Promise<void> {
    const slash = key.indexOf('/', PREFIX.length);
    const rest = slash < 0 ? '' : key.slice(slash + 1);
    if (request.headers['ringlet-visited'] !== undefined || rest.startsWith(PREFIX))
      throw new Problem('unknown_island', { detail: 'Keys of an island are not sent on by another one.' });
    const island = this.islandOf(key.slice(PREFIX.length, slash < 0 ? undefined : slash));
    if (rest === '')
      throw new Problem('key_empty', { detail: 'Behind the name of the island stands no key.' });
    if (this.redirects(request, response, island, rest)) return;
    if (this.forwarded >= MOST_FORWARDED) throw new Problem('islands_busy');
    this.forwarded++;
    this.means.tally.forwarded++;
    try {
      await forward(island, rest);
    } finally {
      this.forwarded--;
    }
  }

  /** While the whole ring has enough to do, willing clients ask the island themselves. */
  private redirects(
    request: IncomingMessage,
    response: ServerResponse,
    island: Island,
    key: string,
  ): boolean {
    const { answers, crowd, open } = this.means;
    const origin = island.origins[0]!;
    if (!crowd.isRingFull || !maySendOn(request) || !open.has(origin)) return false;
    const location = `${origin}${pathOf(key)}`;
    answers.redirect(request, response, location, labelOf(island));
    return true;
  }

  private islandOf(name: string): Island {
    const found = this.means.register.find(name);
    switch (found.kind) {
      case 'island':
        return found.island;
      case 'unknown':
        throw new Problem('unknown_island');
      case 'ambiguous':
        throw new Problem('unknown_island', {
          detail: `Several islands are named ${name}: use the id instead.`,
        });
      case 'down':
        throw new Problem('island_unreachable');
    }
  }

  private async read(
    request: IncomingMessage,
    response: ServerResponse,
    island: Island,
    key: string,
  ): Promise<void> {
    if (readWish(request.headers['cache-control']).onlyHere) throw new Problem('not_here');
    const headers = { ...wishesOf(request.headers), [VISITED]: EVERYWHERE };
    const method = request.method as 'GET' | 'HEAD';
    const reply = await this.means.inquirer.ask(island, { method, key, headers, deadlineMs: READ_MS });
    const label = labelOf(island);
    if (reply.kind === 'absent') throw new Problem('no_object', { headers: label });
    if (reply.kind === 'failure') throw callProblem(island, reply.error);
    await this.sender.send(request, response, reply, label);
  }

  /** The body is asked for once there is somebody who takes it. From then on nobody can tell what became of a write that is not answered. */
  private async write(
    request: IncomingMessage,
    response: ServerResponse,
    island: Island,
    key: string,
  ): Promise<void> {
    const { headers, method } = request;
    if (method === 'PUT') {
      refuseTransformations(headers);
      if (!tellsLength(headers)) throw new Problem('length_required');
    }
    const call = { method: method as 'PUT' | 'DELETE', path: pathOf(key), headers: headersOf(request) };
    const outgoing = await this.connect(island, call);
    try {
      if (expectsContinue(request)) response.writeContinue();
      const message = await exchange(request, outgoing);
      if (message === null) return;
      const { status, headers: own } = await readWriteAnswer(message, island.name);
      this.means.answers.empty(request, response, status, [...own, ...labelOf(island)]);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      throw new Problem('outcome_unknown', {
        detail: `${island.name}: ${error.message}.`,
        headers: labelOf(island),
      });
    } finally {
      // Whoever wrote it reads it here, whatever became of the write.
      this.means.forget(key);
      request.unpipe(outgoing);
      outgoing.destroy();
    }
  }

  /** The first of its servers that can be reached; nothing was sent to the others. */
  private async connect({ name, origins }: Island, call: Omit<Call, 'origin'>): Promise<ClientRequest> {
    let reason = '';
    for (const origin of origins.slice(0, 2)) {
      try {
        return await this.means.caller.open({ ...call, origin }, CONNECT_MS);
      } catch (error) {
        reason = (error as Error).message;
      }
    }
    throw new Problem('island_unreachable', { detail: `${name}: ${reason}.` });
  }
}
