import type { IncomingMessage } from 'node:http';

import { unreachable } from './explain.js';
import { Failure } from './failure.js';
import { backOff } from './retry.js';
import type { Reply, Request, Servers } from './servers.js';

/** For how long servers are asked that answer "not now". */
const PATIENCE_MS = 30_000;
const MAX_PROBLEM_BYTES = 64 * 1024;
/** Not now, too slow, too many, unknown what came of it: sent again it may succeed. */
const PASSING: ReadonlySet<number> = new Set([408, 429, 503, 504]);

export interface Asked {
  readonly server: URL;
  readonly message: IncomingMessage;
}

/**
 * Asks one server after the other until one answers with 200, and round again while any of them says that it cannot now.
 *
 * @throws Failure
 */
export async function ask(servers: Servers, request: Request): Promise<Asked> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (let round = 0; ; round++) {
    const told: string[] = [];
    let hasAnswered = false;
    for (const _ of servers.urls) {
      const server = servers.current;
      const reply = await servers.send(server, request);
      if (reply.kind === 'answer' && reply.status === 200) return { server, message: reply.message };
      hasAnswered ||= reply.kind === 'answer';
      told.push(await complaintOf(server, reply));
      servers.moveOn(server);
    }
    if (!hasAnswered) throw unreachable(told);
    if (performance.now() > giveUpAt)
      throw new Failure(`No server could do it (${told.join('; ')}): try again later.`);
    await backOff(round, servers.signal);
  }
}

export function isPassing(status: number): boolean {
  return PASSING.has(status);
}

/**
 * Why this one did not do it, when another, or the same one later, may.
 *
 * @throws Failure when it is useless to ask again
 */
export async function complaintOf(server: URL, reply: Reply): Promise<string> {
  if (reply.kind === 'silent') return `${server.host}: ${reply.why}`;
  const text = await problemIn(reply.message);
  if (isPassing(reply.status)) return `${server.host}: ${text}`;
  throw refused(server, reply.status, text);
}

function refused({ host }: URL, status: number, text: string): Failure {
  switch (status) {
    case 401:
    case 403:
      return new Failure(`${host} asks for another token (${text}): give it by --token or RINGLET_TOKEN.`);
    case 404:
      return new Failure(
        `${host} does not know this request (404): it may be no Ringlet server, or an older one.`,
      );
    case 413:
      return new Failure(`${host} refused (${text}): raise MAX_OBJECT_SIZE there.`);
    case 507:
      return new Failure(
        `${host} has no room (${text}): raise MEMORY_LIMIT or make room in DATA_DIR at all servers, or delete objects.`,
      );
    default:
      return new Failure(`${host} refused (${status}, ${text}): see what its log says.`);
  }
}

/** What a problem document says, else the status. The body is read to its end, within bounds, so that the connection can go on. */
async function problemIn(message: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const chunk of message) {
      text += String(chunk);
      if (text.length > MAX_PROBLEM_BYTES) break;
    }
    const { detail, title } = JSON.parse(text) as { detail?: unknown; title?: unknown };
    const said = detail ?? title;
    if (typeof said === 'string') return said.replace(/\.$/, '');
  } catch {
    // No JSON: the status has to do.
  }
  return `status ${message.statusCode}`;
}
