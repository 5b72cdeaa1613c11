import { listConflicts, listObjects, type ServerProcess } from '../processes/index.js';
import type { Scene } from './scene.js';
import { newCaller } from './traffic.js';
import { valueOf } from './values.js';

const MOST_TOLD = 10;

/** What one server has of a key: the present value, and those that lost a merge; a deletion is null. */
export interface Kept {
  readonly present: string | null;
  readonly lost: readonly (string | null)[];
}

/** Writes of keys of their own that were acknowledged apart from the ring, and that some server has neither as an object nor as a conflict. */
export async function forgotten({ ring, traffic }: Scene): Promise<string[]> {
  const { unique, prefix } = traffic;
  const keys = new Set(unique.provisional.keys());
  const sentences: string[] = [];
  for (const server of ring.running) {
    const kept = await keptAt(server, prefix, keys);
    for (const [key, where] of unique.provisional) {
      const { present, lost } = kept.get(key)!;
      if (present === key || lost.includes(key)) continue;
      sentences.push(
        `${server.place.name} has ${key} as ${present}, which ${where} acknowledged apart from the ring`,
      );
    }
  }
  return sentences.slice(0, MOST_TOLD);
}

/** What this server has of these keys, which begin with the prefix. */
export async function keptAt(
  server: ServerProcess,
  prefix: string,
  keys: ReadonlySet<string>,
): Promise<Map<string, Kept>> {
  const kept = new Map<string, Kept>();
  if (keys.size === 0) return kept;
  const { place } = server;
  const caller = newCaller(server);
  try {
    const [listed, conflicts] = [await listObjects(place, prefix), await listConflicts(place, prefix)];
    const read = async (path: string): Promise<string> => {
      const reply = await caller.send({ method: 'GET', path });
      if (reply.kind === 'answer' && reply.status === 200) return valueOf(reply.body);
      throw new Error(`${place.name} answers ${JSON.stringify(reply)} for ${path}, which it lists`);
    };
    for (const key of keys) {
      const present = listed.has(key) ? await read(`/objects/${key}`) : null;
      const lost: (string | null)[] = [];
      for (const { revision, deleted } of conflicts.filter((conflict) => conflict.key === key))
        lost.push(deleted ? null : await read(`/conflicts/${key}?revision=${revision}`));
      kept.set(key, { present, lost });
    }
    return kept;
  } finally {
    caller.close();
  }
}
