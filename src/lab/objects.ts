import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from './lab.js';
import { done, failed, seconds, type Outcome } from './outcome.js';
import { newest } from './picture.js';
import { longestShownBytes, objectPath, type Reply } from './ring-api.js';
import type { ServerProcess } from './server-process.js';

type Answer = Extract<Reply, { kind: 'answer' }>;
type Sent = { kind: 'answered'; answer: Answer; port: number } | { kind: 'failed'; sentence: string };

export async function put(lab: Lab, key: string, value: string): Promise<Outcome> {
  if (!objectPath(key)) return wrongKey(key);
  const requestId = randomUUID();
  const sent = await send(lab, (port, boundMs) => lab.parts.api.put(port, key, value, requestId, boundMs));
  if (sent.kind === 'failed') return sent;
  const { answer, port } = sent;
  if (answer.status < 200 || answer.status > 299) return refused(sent);
  const said = [answer.revision && `revision ${answer.revision}`, answer.view].filter(Boolean).join('; ');
  return done(`${key} is stored, by way of ${port}${said ? ` (${said})` : ''}`);
}

export async function get(lab: Lab, key: string): Promise<Outcome> {
  if (!objectPath(key)) return wrongKey(key);
  const sent = await send(lab, (port, boundMs) => lab.parts.api.get(port, key, boundMs));
  if (sent.kind === 'failed') return sent;
  if (sent.answer.status === 404) return failed(`There is no object ${key}: put it first.`);
  if (sent.answer.status !== 200) return refused(sent);
  if (sent.answer.bodyBytes <= longestShownBytes) return done(sent.answer.body.replace(/\n$/, ''));
  return failed(
    `${key} has ${sent.answer.bodyBytes} bytes, too many to show: fetch it from port ${sent.port} with curl.`,
  );
}

/**
 * To the primary first, then along the list, and round again, as long as the bound lets: a server that is silent or
 * says 503 has not done it, or will know it again by its request id.
 */
async function send(lab: Lab, ask: (port: number, boundMs: number) => Promise<Reply>): Promise<Sent> {
  const { sendMs, tryMs, retryMs } = lab.parts.bounds;
  const end = performance.now() + sendMs;
  let last = '';
  for (;;) {
    for (const server of await primaryFirst(lab)) {
      const left = end - performance.now();
      if (left <= 0) break;
      const isOnly = lab.running.length < 2;
      const reply = await ask(server.port, Math.ceil(isOnly ? left : Math.min(left, tryMs)));
      if (reply.kind === 'answer' && reply.status !== 503) {
        return { kind: 'answered', answer: reply, port: server.port };
      }
      // Why one refuses says more than that another, or the same one later, is silent.
      if (reply.kind === 'answer') last = `${server.port}: ${problemOf(reply)}`;
      else last ||= `${server.port}: ${reply.why}`;
    }
    if (lab.running.length === 0)
      return { kind: 'failed', sentence: 'No server is running: reboot or resume one first.' };
    if (performance.now() + retryMs >= end) break;
    await sleep(retryMs);
  }
  return { kind: 'failed', sentence: `No server answered within ${seconds(sendMs)} (${last}): see status.` };
}

/** The running servers in the ring's order, then those that the ring does not count. */
async function primaryFirst(lab: Lab): Promise<ServerProcess[]> {
  const order = newest((await lab.watcher.look()).values())?.members.map(({ name }) => name) ?? [];
  const rank = (server: ServerProcess) => {
    const at = order.indexOf(server.place.name);
    return at < 0 ? order.length : at;
  };
  return lab.running.toSorted((a, b) => rank(a) - rank(b));
}

const wrongKey = (key: string): Outcome =>
  failed(`A URL cannot carry the key ${key}: leave out "." and ".." between slashes.`);

const refused = ({ answer, port }: { answer: Answer; port: number }): Outcome =>
  failed(`${port} refused it: ${problemOf(answer)}.`);

/** The detail of a problem document, else the status. */
function problemOf(answer: Answer): string {
  try {
    const problem = JSON.parse(answer.body) as { detail?: unknown; title?: unknown };
    const text = problem.detail ?? problem.title;
    if (typeof text === 'string') return `${answer.status}, ${text.replace(/\.$/, '')}`;
  } catch {
    // No JSON: the status has to do.
  }
  return `status ${answer.status}`;
}
