import { type RingReport, readRing, ringLines, type ServerProcess } from '../support/processes/index.js';
import type { Role } from '../support/traffic/index.js';
import { Belongings } from './belongings.js';
import type { Harm } from './harms.js';
import type { Stage } from './stage.js';

const GONE_MS = 5_000;
const READY_MS = 20_000;
const AFTERWARDS = 100;
const DAMAGED = /is damaged/;

/**
 * A server is killed, its disk harmed, and it is started again, under load. It says what is damaged, takes it from the others, and does not
 * lead before it has everything; at its next start its disk is whole.
 */
export function spoil(harm: Harm, role: Role): (stage: Stage) => Promise<void> {
  return async (stage) => {
    const { ring, load, random, figures } = stage;
    const belongings = new Belongings(stage);
    try {
      const order = await ring.inOrder();
      const victim = role(order, random);
      await belongings.put(random.pick(order));
      await takeDown(stage, victim);
      const done = harm.afflict(ring.dataOf(victim), random, belongings);
      const wall = Date.now();
      const at = performance.now();
      await comeBack(stage, victim);
      figures.refilled.add(performance.now() - at, stage, victim.place.name, wall);
      demandWord(victim, wall, harm, done);
      await load.progress(AFTERWARDS);
      await belongings.compare(ring.running);
      const before = Date.now();
      await takeDown(stage, victim);
      await comeBack(stage, victim);
      demandSilence(victim, before, done);
      await belongings.compare([victim]);
    } finally {
      await belongings.close();
    }
  };
}

async function takeDown({ ring, load }: Stage, victim: ServerProcess): Promise<void> {
  await victim.kill(GONE_MS);
  await ring.agree();
  await load.progress(AFTERWARDS);
}

async function comeBack({ ring }: Stage, victim: ServerProcess): Promise<void> {
  ring.launch(victim);
  const agreed = ring.agree(false, READY_MS);
  const watch = new AbortController();
  const watched = watchPrimary(ring.running, watch.signal);
  await agreed.finally(() => watch.abort());
  await watched;
}

/** Nobody may ever be in a view whose primary lacks something. */
async function watchPrimary(servers: readonly ServerProcess[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const reports = await Promise.all(servers.map(({ place }) => readRing(place)));
    const wrong = reports.find((report) => report !== undefined && isLedByHalf(report));
    if (wrong !== undefined)
      throw new Error(`${wrong.primary} leads and is not full: ${JSON.stringify(wrong)}`);
  }
}

/** Before it is a member again, a server tells of the view that it left. */
function isLedByHalf({ state, members }: RingReport): boolean {
  return state === 'member' && members[0]?.state === 'filling';
}

function demandWord(victim: ServerProcess, since: number, { told, name }: Harm, done: string): void {
  const lines = ringLines([victim], since);
  if (told === undefined || lines.some((line) => told.test(line))) return;
  throw new Error(`${victim.place.name} did not name ${name} (${done}):\n${lines.join('\n')}`);
}

function demandSilence(victim: ServerProcess, since: number, done: string): void {
  const lines = ringLines([victim], since).filter((line) => DAMAGED.test(line));
  if (lines.length > 0) throw new Error(`After ${done} the disk is still not whole:\n${lines.join('\n')}`);
}
