import { listObjects, type ServerProcess } from '../processes/index.js';
import type { Scene } from './scene.js';
import { newCaller } from './traffic.js';
import type { UniqueWrites } from './unique-writes.js';
import { valueOf } from './values.js';

const CONNECTIONS = 4;
const MOST_TOLD = 10;

/** Acknowledged writes that some server lacks, and refused ones that some server has. */
export async function lostOrUndead({ ring, traffic }: Scene): Promise<string[]> {
  const { unique, prefix } = traffic;
  const sentences: string[] = [];
  for (const server of ring.running) {
    const { name } = server.place;
    const listed = await listObjects(server.place, prefix);
    for (const [key, why] of unique.notDone)
      if (listed.has(key)) sentences.push(`${name} has ${key}, which was certainly not done (${why})`);
    for (const [key, { etag }] of unique.acknowledged) {
      const there = listed.get(key)?.etag;
      if (there !== etag) sentences.push(`${name} lists ${key} as ${there}; it was acknowledged as ${etag}`);
    }
    sentences.push(...(await unreadable(server, unique)));
  }
  return sentences.slice(0, MOST_TOLD);
}

/** Acknowledged writes whose bodies this server does not answer with. */
async function unreadable(server: ServerProcess, { acknowledged }: UniqueWrites): Promise<string[]> {
  const caller = newCaller(server, CONNECTIONS);
  const keys = [...acknowledged.keys()];
  const sentences: string[] = [];
  const readNext = async (): Promise<void> => {
    for (let key = keys.pop(); key !== undefined; key = keys.pop()) {
      const reply = await caller.send({ method: 'GET', path: `/objects/${key}` });
      const isThere =
        reply.kind === 'answer' &&
        reply.status === 200 &&
        valueOf(reply.body) === acknowledged.get(key)!.value;
      if (!isThere)
        sentences.push(
          `${server.place.name} answers ${JSON.stringify(reply).slice(0, 300)} for ${key}, which was acknowledged`,
        );
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, readNext));
  caller.close();
  return sentences;
}
