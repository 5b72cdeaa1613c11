import { setTimeout as sleep } from 'node:timers/promises';
import { membersOf, readRing } from '../support/processes/index.js';
import { Pause } from './pause.js';
import type { Stage } from './stage.js';
import type { Role } from '../support/traffic/index.js';

const STALL_MS = 500;
/** Longer than it takes to suspect a member and to choose a view without it. */
const WATCH_MS = 1_300;
const AFTERWARDS = 150;

/** A pause that everyone has to bear with: the view stays what it was. */
export function stall(role: Role): (stage: Stage) => Promise<void> {
  return async (stage) => {
    const { ring, load, figures, random } = stage;
    const pause = await Pause.prepare(stage, role(await ring.inOrder(), random), STALL_MS);
    await load.progress(20 + random.below(100));
    const before = membersOf(await ring.agree());
    pause.begin();
    await sleep(STALL_MS);
    pause.end();
    figures.stalls += 1;
    await watch(stage, before);
    await Promise.all([stage.endPiles(), load.progress(AFTERWARDS)]);
  };
}

async function watch({ ring, figures }: Stage, before: string): Promise<void> {
  const end = performance.now() + WATCH_MS;
  do {
    const reports = await Promise.all(ring.running.map(({ place }) => readRing(place)));
    const other = reports.find((report) => report !== undefined && membersOf(report) !== before);
    if (other !== undefined) {
      figures.falseRemovals += 1;
      throw new Error(`A stall of ${STALL_MS} ms changed ${before} to ${membersOf(other)}`);
    }
  } while (performance.now() < end);
}
