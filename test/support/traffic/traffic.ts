import type { Random } from '../../simulation/random.js';
import type { Input } from '../linearizability/index.js';
import { Caller, Pipeline, type Request, type Sends, type ServerProcess } from '../processes/index.js';
import { History } from './history.js';
import { Tally } from './tally.js';
import { UniqueWrites } from './unique-writes.js';
import { bodyOf } from './values.js';
import { judge, type Verdict } from './verdict.js';

/** Longer than any wait that a server allows itself, so that its own answer comes first. */
const BOUND_MS = 8_000;

export const newCaller = (server: ServerProcess, connections = 1): Caller =>
  new Caller(server.place, BOUND_MS, connections);

export const newPipeline = (server: ServerProcess, depth: number): Pipeline =>
  new Pipeline(server.place, BOUND_MS, depth);

/** What all clients of a round share: its keys, and the records of what they saw. */
export class Traffic {
  readonly history = new History();
  readonly unique = new UniqueWrites();
  readonly tally = new Tally();
  /** Which value an ETag stands for. */
  private readonly valueOfTag = new Map<string, string>();

  /** `prefix`: of this round's keys. */
  constructor(readonly prefix: string) {}

  /** An operation on a key that others use too. */
  async shared(who: Sender, key: string, input: Input, headers: Headers = {}): Promise<Verdict> {
    const { name, server, caller, random } = who;
    const call = this.history.call(`${name} at ${server.place.name}`, key, input);
    const verdict = await this.send(server, caller, input, requestOf(key, input, headers, random));
    this.history.returned(call, verdict);
    if (verdict.kind === 'done' && verdict.etag !== undefined) this.remember(verdict.etag, input, verdict);
    return verdict;
  }

  /** A PUT of a key that only this call uses. */
  async once({ server, caller, random }: Sender, key: string): Promise<Verdict> {
    const input: Input = { kind: 'put', value: key };
    const verdict = await this.send(server, caller, input, requestOf(key, input, {}, random));
    this.unique.returned(key, key, server.place.name, verdict);
    return verdict;
  }

  valueBehind(etag: string): string | undefined {
    return this.valueOfTag.get(etag);
  }

  private async send(server: ServerProcess, caller: Sends, input: Input, request: Request): Promise<Verdict> {
    const startedAt = performance.now();
    const allowsStale = request.headers?.['Cache-Control'] === 'max-stale';
    const verdict = judge(input, await caller.send(request), allowsStale);
    const what = `${input.kind} ${request.path}`;
    this.tally.add({ server: server.place.name, what, startedAt, endedAt: performance.now(), verdict });
    return verdict;
  }

  private remember(etag: string, input: Input, { output }: Extract<Verdict, { kind: 'done' }>): void {
    const value = typeof output === 'object' ? output.value : 'value' in input ? input.value : undefined;
    if (value !== undefined && output !== 'refused') this.valueOfTag.set(etag, value);
  }
}

/** Who sends a request, where to, and over which connection. */
export interface Sender {
  readonly name: string;
  readonly server: ServerProcess;
  readonly caller: Sends;
  readonly random: Random;
}

export type Headers = Readonly<Record<string, string>>;

function requestOf(key: string, input: Input, headers: Headers, random: Random): Request {
  const path = `/objects/${key}`;
  switch (input.kind) {
    case 'get':
      return { method: 'GET', path, headers };
    case 'delete':
      return { method: 'DELETE', path, headers };
    case 'put':
    case 'create':
    case 'replace':
      return {
        method: 'PUT',
        path,
        headers: withCondition(input, headers),
        body: bodyOf(input.value, random),
      };
  }
}

function withCondition({ kind }: Input, headers: Headers): Headers {
  return kind === 'create' ? { ...headers, 'If-None-Match': '*' } : headers;
}
