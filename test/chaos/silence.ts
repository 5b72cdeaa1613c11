import { setTimeout as sleep } from 'node:timers/promises';
import { membersOf, readRing, type ServerProcess } from '../support/processes/index.js';
import type { Role } from './roles.js';
import type { Stage } from './stage.js';

const SHORTEST_SILENCE_MS = 1_500;
const LONGEST_SILENCE_MS = 3_000;
const STALL_MS = 500;
/** After a stall: longer than it takes to suspect a member and to choose a view without it. */
const WATCH_MS = 1_300;
const AFTERWARDS = 200;

/** SIGSTOP for so long that the others go on without it; requests reach it meanwhile. Woken, it has to join again. */
export function silence(role: Role): (stage: Stage) => Promise<void> {
  return async (stage) => {
    const { ring, load, figures, random } = stage;
    const order = await ring.inOrder();
    const victim = role(order, random);
    const probers = await stage.probe(order.filter((server) => server !== victim));
    await load.progress(20 + random.below(100));
    const wall = Date.now();
    const at = pause(stage, victim);
    for (const prober of probers) prober.mark(at);
    stage.pileUp(victim);
    const awake = sleep(random.between(SHORTEST_SILENCE_MS, LONGEST_SILENCE_MS)).then(() => {
      resume(stage, victim);
      return performance.now();
    });
    for (const prober of probers)
      figures.silenced.add(await prober.recovery(), stage, prober.server.place.name, wall);
    const wokenAt = await awake;
    await load.progress(AFTERWARDS);
    await Promise.all([stage.endPiles(), stage.stopProbers()]);
    await ring.agree();
    figures.rejoined.add(performance.now() - wokenAt, stage, victim.place.name, wall);
    await load.progress(AFTERWARDS);
  };
}

/** A pause that everyone has to bear with: the view stays what it was. */
export function stall(role: Role): (stage: Stage) => Promise<void> {
  return async (stage) => {
    const { ring, load, figures, random } = stage;
    const victim = role(await ring.inOrder(), random);
    await load.progress(20 + random.below(100));
    const before = membersOf(await ring.agree());
    pause(stage, victim);
    await sleep(STALL_MS);
    resume(stage, victim);
    figures.stalls += 1;
    for (const end = performance.now() + WATCH_MS; performance.now() < end;) {
      const reports = await Promise.all(ring.running.map(({ port }) => readRing(port)));
      const other = reports.find((report) => report !== undefined && membersOf(report) !== before);
      if (other === undefined) continue;
      figures.falseRemovals += 1;
      throw new Error(`A stall of ${STALL_MS} ms changed ${before} to ${membersOf(other)}`);
    }
    await load.progress(AFTERWARDS);
  };
}

/** Answers when the process was stopped. */
function pause(stage: Stage, victim: ServerProcess): number {
  stage.shunned.add(victim);
  victim.pause();
  return performance.now();
}

function resume(stage: Stage, victim: ServerProcess): void {
  victim.resume();
  stage.shunned.delete(victim);
}
