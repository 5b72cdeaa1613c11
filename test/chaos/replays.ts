import { type Reply, type ServerProcess, waitFor } from '../support/processes/index.js';
import { newCaller } from '../support/traffic/index.js';
import { fellAll, restart } from './restart.js';
import type { Stage } from './stage.js';

const SETTLED = 10;
/** Under way when all are killed. */
const CAUGHT = 10;
const REPLAY_MS = 10_000;

interface Keyed {
  readonly path: string;
  readonly body: string;
  readonly idempotencyKey: string;
}

type Answer = Extract<Reply, { kind: 'answer' }>;

/**
 * Requests with an Idempotency-Key are sent again after all were killed and started again, to any server. What was done is done once: an
 * older write that is replayed does not undo a newer one, and one that only creates is not told that its object is there already.
 */
export async function replays(stage: Stage): Promise<void> {
  const { ring, random, traffic } = stage;
  const settled = Array.from({ length: SETTLED }, (_, index) =>
    settledPair(`${traffic.prefix}twice/${index}`),
  );
  const before: (readonly [Answer, Answer])[] = [];
  for (const [older, newer] of settled) {
    const server = random.pick(ring.running);
    before.push([await done(server, older), await done(server, newer)]);
  }
  const caught = Array.from({ length: CAUGHT }, (_, index) =>
    keyed(`${traffic.prefix}caught/${index}`, 'created'),
  );
  const servers = ring.running;
  const sent = caught.map((request) => send(random.pick(servers), request, true));
  // Some are answered by then, some are not.
  await Promise.race(sent);
  const victims = await fellAll(stage);
  const answered = await Promise.all(sent);
  await restart(stage, victims);
  for (const [index, [older, newer]] of settled.entries())
    await replayPair(stage, older, newer, before[index]!);
  for (const [index, request] of caught.entries()) await replayCaught(stage, request, answered[index]!);
}

function settledPair(key: string): readonly [Keyed, Keyed] {
  return [keyed(key, 'older'), keyed(key, 'newer')];
}

function keyed(key: string, body: string): Keyed {
  return { path: `/objects/${key}`, body, idempotencyKey: `${key}/${body}`.replaceAll('/', '-') };
}

/** The older one first, so that it would undo the newer one. */
async function replayPair(
  stage: Stage,
  older: Keyed,
  newer: Keyed,
  answers: readonly [Answer, Answer],
): Promise<void> {
  for (const [request, first] of [
    [newer, answers[1]],
    [older, answers[0]],
  ] as const) {
    const again = await done(stage.random.pick(stage.ring.running), request);
    const isSame = again.status === first.status && again.headers.etag === first.headers.etag;
    if (!isSame || again.headers['idempotency-replayed'] !== 'true')
      throw new Error(`${request.idempotencyKey} was answered ${tell(first)}, and again ${tell(again)}`);
  }
  await demandPresent(stage, newer, answers[1].headers.etag);
}

async function replayCaught(stage: Stage, request: Keyed, before: Reply): Promise<void> {
  const { random, ring } = stage;
  const first = await done(random.pick(ring.running), request, true);
  const second = await done(random.pick(ring.running), request, true);
  const known = before.kind === 'answer' && before.status === 201 ? before : first;
  const isOnce = [first, second].every(
    ({ status, headers }) => status === 201 && headers.etag === known.headers.etag,
  );
  if (!isOnce || second.headers['idempotency-replayed'] !== 'true')
    throw new Error(
      `${request.idempotencyKey} was answered ${tell(before)}, ${tell(first)}, ${tell(second)}`,
    );
  await demandPresent(stage, request, known.headers.etag);
}

async function demandPresent(
  { ring }: Stage,
  { path, body }: Keyed,
  etag: string | undefined,
): Promise<void> {
  for (const server of ring.running) {
    const caller = newCaller(server);
    const reply = await caller.send({ method: 'GET', path });
    caller.close();
    if (reply.kind !== 'answer' || reply.body !== body || reply.headers.etag !== etag)
      throw new Error(`${server.place.name} answers ${tell(reply)} for ${path}, not ${body} with ${etag}`);
  }
}

/** Until it is answered as a write that is done: the ring has just come together. */
async function done(server: ServerProcess, request: Keyed, onlyNew = false): Promise<Answer> {
  let answer: Answer | undefined;
  await waitFor(`an answer to ${request.idempotencyKey}`, REPLAY_MS, async () => {
    const reply = await send(server, request, onlyNew);
    if (reply.kind !== 'answer' || reply.status >= 500) return tell(reply);
    answer = reply;
    return undefined;
  });
  return answer!;
}

async function send(
  server: ServerProcess,
  { path, body, idempotencyKey }: Keyed,
  onlyNew: boolean,
): Promise<Reply> {
  const caller = newCaller(server);
  const headers = { 'Idempotency-Key': idempotencyKey, ...(onlyNew && { 'If-None-Match': '*' }) };
  const reply = await caller.send({ method: 'PUT', path, headers, body });
  caller.close();
  return reply;
}

const tell = (reply: Reply): string =>
  reply.kind === 'answer' ? `${reply.status} ${reply.headers.etag ?? reply.body}` : JSON.stringify(reply);
