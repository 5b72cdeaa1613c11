import { randomBytes } from 'node:crypto';
import { Agent, request } from 'undici';
import { type ServerProcess, waitFor } from '../support/processes/index.js';
import type { Stage } from './stage.js';

/** One of a file of its own, one in the database. */
const SIZES_BYTES = [200_000, 40_000];
const MOST_OBJECTS = 2_000;
/** Room is looked at twice a second, and told with the heartbeats. */
const NEWS_MS = 10_000;
const BOUND_MS = 15_000;
const FULL = 507;

interface Answer {
  readonly status: number;
  readonly bytes: Buffer;
}

/** The disks are filled until every member refuses writes. Reading goes on, and with deletions there is room again. */
export async function fillDisks(stage: Stage): Promise<void> {
  const { ring, random, figures, traffic } = stage;
  const agent = new Agent({ headersTimeout: BOUND_MS, bodyTimeout: BOUND_MS });
  const stored = new Map<string, Buffer>();
  const ask = (server: ServerProcess, method: 'GET' | 'PUT' | 'DELETE', key: string, body?: Buffer) =>
    answerTo(agent, server, method, key, body);
  const put = async (server: ServerProcess, key: string, size: number): Promise<number> => {
    const bytes = randomBytes(size);
    const { status } = await ask(server, 'PUT', key, bytes);
    if (status === 201) stored.set(key, bytes);
    else if (status !== FULL) throw new Error(`${server.place.name} answers ${status} to PUT ${key}`);
    return status;
  };
  try {
    let count = 0;
    const next = () => `${traffic.prefix}full/${++count}`;
    while ((await put(random.pick(ring.running), next(), random.pick(SIZES_BYTES))) === 201)
      if (count > MOST_OBJECTS) throw new Error(`${count} objects did not fill the disks`);
    for (const server of ring.running)
      await waitFor(`${FULL} at ${server.place.name}`, NEWS_MS, async () => {
        const status = await put(server, next(), SIZES_BYTES[0]!);
        return status === FULL ? undefined : `it answers ${status}`;
      });
    await compare(ring.running, stored, ask);
    const at = performance.now();
    const wall = Date.now();
    for (const key of [...stored.keys()].slice(stored.size / 2)) {
      const { status } = await ask(random.pick(ring.running), 'DELETE', key);
      if (status !== 204) throw new Error(`${status} to DELETE ${key} of a full disk`);
      stored.delete(key);
    }
    for (const server of ring.running)
      await waitFor(`a write at ${server.place.name}`, NEWS_MS, async () => {
        const status = await put(server, next(), SIZES_BYTES[0]!);
        return status === 201 ? undefined : `it answers ${status}`;
      });
    figures.full.add(performance.now() - at, stage, 'all', wall);
    await compare(ring.running, stored, ask);
  } finally {
    await agent.destroy();
  }
}

async function compare(
  servers: readonly ServerProcess[],
  stored: ReadonlyMap<string, Buffer>,
  ask: (server: ServerProcess, method: 'GET', key: string) => Promise<Answer>,
): Promise<void> {
  for (const server of servers) {
    for (const [key, expected] of stored) {
      const { status, bytes } = await ask(server, 'GET', key);
      if (status !== 200 || !bytes.equals(expected))
        throw new Error(`${server.place.name} answers ${status} and ${bytes.length} bytes for ${key}`);
    }
  }
}

async function answerTo(
  dispatcher: Agent,
  { place }: ServerProcess,
  method: 'GET' | 'PUT' | 'DELETE',
  key: string,
  given?: Buffer,
): Promise<Answer> {
  const url = `http://${place.host}:${place.port}/objects/${key}`;
  const { statusCode, body } = await request(url, { method, dispatcher, body: given ?? null });
  return { status: statusCode, bytes: Buffer.from(await body.arrayBuffer()) };
}
