import type { RawAnswer } from './answers.js';
import { bad } from './answer-headers.js';
import { sourceOf } from './body-source.js';
import { reading } from './calls.js';
import { RingletError } from './error.js';
import type { Call } from './exchange.js';
import type { KnownServer } from './known-server.js';
import { parse } from './listing.js';
import type { CallOptions, RawRequest, ServerOptions } from './options.js';
import type { Plant } from './plant.js';
import { checked } from './request-headers.js';
import type { Health, Island, RingStatus } from './ring-answers.js';
import { isRingStatus } from './ring-status.js';

const NOT_READY = 503;
const PATH = /^\/[!-~]*$/;

/** What is asked of single servers, and what has no method of its own. */
export class Orders {
  constructor(private readonly plant: Plant) {}

  async ring({ server, ...options }: ServerOptions = {}): Promise<RingStatus> {
    const only = server === undefined ? null : await this.find(server, options);
    const { text } = await this.plant.exchange.askWhole({ ...reading('GET', '/ring'), only }, options);
    const status = parse(text);
    if (isRingStatus(status)) return status;
    throw bad('it does not tell of a ring');
  }

  async islands({ server, ...options }: ServerOptions = {}): Promise<readonly Island[]> {
    const only = server === undefined ? null : await this.find(server, options);
    const { text } = await this.plant.exchange.askWhole({ ...reading('GET', '/islands'), only }, options);
    const { islands } = parse(text);
    if (Array.isArray(islands)) return islands as readonly Island[];
    throw bad('it does not tell of islands');
  }

  async health(server: string, options?: CallOptions): Promise<Health> {
    const only = await this.find(server, options);
    const begun = performance.now();
    const call = { ...reading('GET', '/health/ready', {}, [NOT_READY]), only };
    const { status, text } = await this.plant.exchange.askWhole(call, options);
    const latencyMs = performance.now() - begun;
    const { reason } = parse(text);
    const ready = status !== NOT_READY;
    return { url: only.origin, ready, reason: ready ? null : String(reason ?? 'not ready'), latencyMs };
  }

  async leave(server: string, options?: CallOptions): Promise<string> {
    const { text } = await this.plant.exchange.askWhole(
      await this.order(server, '/ring/leave', options),
      options,
    );
    return String(parse(text)['leaving']);
  }

  async adopt(server: string, options?: CallOptions): Promise<void> {
    await this.plant.exchange.askWhole(await this.order(server, '/ring/adopt', options), options);
  }

  async request({
    method,
    path,
    headers = {},
    body,
    server,
    isRepeatable,
    ...options
  }: RawRequest): Promise<RawAnswer> {
    if (!PATH.test(path))
      throw new RingletError(
        'usage',
        'bad_option',
        'The call was not made: its path is no encoded one that begins with a slash.',
      );
    const source = body === undefined ? null : sourceOf(body, lengthIn(headers));
    try {
      const isRead = method === 'GET' || method === 'HEAD';
      const call: Call = {
        method,
        path,
        headers: checked({ ...headers }),
        body: source,
        aim: isRead ? 'read' : 'write',
        only: server === undefined ? null : await this.find(server, options),
        isRepeatable: isRepeatable ?? (isRead || hasKey(headers)),
        accepts: [],
      };
      const answer = await this.plant.exchange.ask(call, options);
      return {
        status: answer.status,
        headers: answer.headers,
        body: answer.message,
        url: answer.server.origin,
      };
    } finally {
      source?.close();
    }
  }

  /** To do it twice is to do it once. */
  private async order(server: string, path: string, options?: CallOptions): Promise<Call> {
    const only = await this.find(server, options);
    return {
      method: 'POST',
      path,
      headers: {},
      body: null,
      aim: 'write',
      only,
      isRepeatable: true,
      accepts: [],
    };
  }

  /** @throws RingletError `no_server`; `unreachable` when there is nobody who could know it */
  private async find(server: string, options?: CallOptions): Promise<KnownServer> {
    const { directory, discovery } = this.plant;
    const known = directory.find(server);
    if (known !== null) return known;
    await this.ring(options);
    await discovery.refresh();
    const found = directory.find(server);
    if (found !== null) return found;
    const names = directory
      .current()
      .map(({ name, origin }) => (name === null ? origin : `${name} (${origin})`));
    const sentence = `"${server}" is no server of the ring: it has ${names.join(', ')}.`;
    throw new RingletError('usage', 'no_server', sentence);
  }
}

function hasKey(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'idempotency-key');
}

function lengthIn(headers: Readonly<Record<string, string>>): number | undefined {
  const length = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  return length === undefined ? undefined : Number(length);
}
