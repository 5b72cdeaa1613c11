import { ringLines, type ServerProcess } from '../support/processes/index.js';
import { differences } from '../support/traffic/index.js';
import { namesOf, type Stage } from './stage.js';

const BOUND_MS = 15_000;
/** What a server says in its log when it has something that the ring does not have. */
const OFFERS = /writes were made apart from the ring/;

/** The cut is over. All are one ring again by themselves, whoever wrote meanwhile. */
export async function reunite(stage: Stage): Promise<void> {
  const wall = Date.now();
  const at = performance.now();
  stage.site.network.heal();
  await stage.ring.agree(false, BOUND_MS);
  stage.figures.healed.add(performance.now() - at, stage, 'all', wall);
}

/** The same when nobody writes any more: at once all have the same, too. */
export async function reuniteQuietly(stage: Stage): Promise<void> {
  await stage.quiet();
  const wall = Date.now();
  const at = performance.now();
  stage.site.network.heal();
  await stage.ring.agree(true, BOUND_MS);
  stage.figures.equal.add(performance.now() - at, stage, 'all', wall);
  const sentences = await differences(stage.ring, '');
  if (sentences.length > 0) throw new Error(sentences.join('\n'));
}

/** Of a side that is known to have written on its own, someone has offered that to the ring. */
export function demandOffer({ begunAt }: Stage, loser: readonly ServerProcess[]): void {
  if (ringLines(loser, begunAt).some((line) => OFFERS.test(line))) return;
  throw new Error(`${namesOf(loser).join(', ')} wrote apart from the ring, and came back without a word`);
}
