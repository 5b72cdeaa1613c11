import { Random } from '../../simulation/random.js';
import { checkLinearizable } from '../linearizability/index.js';
import { listObjects, mistakesIn, type ServerRing } from '../processes/index.js';
import { hotKeys } from './client.js';
import { forgotten } from './kept-apart.js';
import type { Scene } from './scene.js';
import { lostOrUndead } from './survival.js';
import { newCaller } from './traffic.js';

/** What is wrong after a round, in sentences. The clients have ended. */
export async function verify(scene: Scene): Promise<string[]> {
  const { ring, traffic } = scene;
  await ring.agree(true);
  await readHotKeys(scene);
  return [
    ...ring.losses,
    ...mistakesIn(ring.servers, scene.begunAt).filter((line) => scene.expected?.test(line) !== true),
    ...traffic.tally.wrong,
    ...contradictions(scene),
    ...(await lostOrUndead(scene)),
    ...(await forgotten(scene)),
    ...(await differences(ring, traffic.prefix)),
  ];
}

/** A last look at every server: a write that got lost at one of them shows here. */
async function readHotKeys({ ring, traffic }: Scene): Promise<void> {
  const random = new Random(1);
  for (const server of ring.running) {
    const caller = newCaller(server);
    for (const key of hotKeys(traffic))
      await traffic.shared({ name: 'last', server, caller, random }, key, { kind: 'get' });
    caller.close();
  }
}

function contradictions({ traffic }: Scene): string[] {
  const verdict = checkLinearizable(traffic.history.close());
  if (verdict.ok) return [];
  if (verdict.undecided)
    return [`The history of ${verdict.key} could not be decided in ${verdict.states} states`];
  return [verdict.culprit.text];
}

/** Keys under the prefix that not every server lists in the same way. */
export async function differences(ring: ServerRing, prefix: string): Promise<string[]> {
  const [first, ...others] = ring.running;
  const expected = await listObjects(first!.place, prefix);
  const sentences: string[] = [];
  for (const server of others) {
    const listed = await listObjects(server.place, prefix);
    for (const key of new Set([...expected.keys(), ...listed.keys()])) {
      const [here, there] = [expected.get(key)?.etag, listed.get(key)?.etag];
      if (here !== there)
        sentences.push(`${first!.place.name} lists ${key} as ${here}, ${server.place.name} as ${there}`);
    }
  }
  return sentences.slice(0, 10);
}
