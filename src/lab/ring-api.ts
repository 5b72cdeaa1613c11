import type { KeptConflict } from './conflicts.js';
import { EventLines } from './event-lines.js';
import { type Notice, parseNotice } from './notice.js';
import { host } from './ports.js';
import { parseRingAnswer, type RingAnswer } from './ring-answer.js';

/** A server's answer to a PUT or GET, or why there is none. */
export type Reply =
  | {
      kind: 'answer';
      status: number;
      body: string;
      bodyBytes: number;
      revision: string | null;
      view: string | null;
    }
  | { kind: 'silent'; why: string };

/** What the lab asks of the server at a port. Nothing here throws: silence is an answer. */
export interface RingApi {
  ring(port: number, boundMs: number): Promise<RingAnswer | undefined>;
  ready(port: number, boundMs: number): Promise<boolean>;
  /** Resolves when the server ends it, or cannot be listened to, or the signal comes. */
  listen(port: number, hear: (notice: Notice) => void, signal: AbortSignal): Promise<void>;
  /** Undefined when the server does not say. */
  conflicts(port: number, boundMs: number): Promise<KeptConflict[] | undefined>;
  /** `requestId` makes a PUT that is sent again count once. */
  put(port: number, key: string, value: string, requestId: string, boundMs: number): Promise<Reply>;
  get(port: number, key: string, boundMs: number): Promise<Reply>;
}

/** Longer bodies are not read, only their length is told. */
export const longestShownBytes = 65_536;

/** `token`: the servers' AUTH_TOKEN, if they have one. */
export function httpRingApi(token?: string): RingApi {
  const credentials: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
  return {
    async ring(port, boundMs) {
      try {
        const signal = AbortSignal.timeout(boundMs);
        const answer = await fetch(`${base(port)}/ring`, { headers: credentials, signal });
        return answer.ok ? parseRingAnswer(await answer.json()) : void (await answer.body?.cancel());
      } catch {
        return undefined;
      }
    },

    async ready(port, boundMs) {
      try {
        const answer = await fetch(`${base(port)}/health/ready`, { signal: AbortSignal.timeout(boundMs) });
        await answer.body?.cancel();
        return answer.status === 200;
      } catch {
        return false;
      }
    },

    async listen(port, hear, signal) {
      try {
        const answer = await fetch(`${base(port)}/events?prefix=${noKeyBeginsSo}`, {
          headers: credentials,
          signal,
        });
        if (!answer.ok || !answer.body) return void (await answer.body?.cancel());
        const lines = new EventLines();
        for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
          for (const notice of lines.feed(text).map(parseNotice)) if (notice) hear(notice);
        }
      } catch {
        // The server is gone, or is about to be.
      }
    },

    async conflicts(port, boundMs) {
      try {
        const signal = AbortSignal.timeout(boundMs);
        const answer = await fetch(`${base(port)}/conflicts`, { headers: credentials, signal });
        const body = (await answer.json()) as { conflicts?: KeptConflict[] };
        return answer.ok ? body.conflicts : undefined;
      } catch {
        return undefined;
      }
    },

    put(port, key, value, requestId, boundMs) {
      const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Idempotency-Key': requestId };
      const request = { method: 'PUT', body: value, headers: { ...headers, ...credentials } };
      return ask(port, key, request, boundMs);
    },

    get(port, key, boundMs) {
      return ask(port, key, { headers: credentials }, boundMs);
    },
  };
}

/** So that a stream tells what happens to the members, and nothing of what is written. */
const noKeyBeginsSo = '%00';

const base = (port: number): string => `http://${host}:${port}`;

/** The path of a key; undefined for the few that a URL cannot carry (with `.` or `..` between its slashes). */
export function objectPath(key: string): string | undefined {
  const path = `/objects/${key.split('/').map(encodeURIComponent).join('/')}`;
  return new URL(path, base(1)).pathname === path ? path : undefined;
}

async function ask(port: number, key: string, request: RequestInit, boundMs: number): Promise<Reply> {
  try {
    const signal = AbortSignal.timeout(boundMs);
    const answer = await fetch(`${base(port)}${objectPath(key)}`, { ...request, signal });
    const announced = Number(answer.headers.get('content-length') ?? 0);
    const body = announced > longestShownBytes ? '' : await answer.text();
    if (announced > longestShownBytes) await answer.body?.cancel();
    return {
      kind: 'answer',
      status: answer.status,
      body,
      bodyBytes: Math.max(announced, body.length),
      revision: answer.headers.get('ringlet-revision'),
      view: answer.headers.get('ringlet-view'),
    };
  } catch (error) {
    return { kind: 'silent', why: reasonOf(error) };
  }
}

/** Node's fetch says "fetch failed" and keeps the reason in its cause. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as {
    name?: string;
    message?: string;
    cause?: NodeJS.ErrnoException;
  };
  if (name === 'TimeoutError') return 'no answer in time';
  return cause?.code ?? cause?.message ?? message ?? String(error);
}
