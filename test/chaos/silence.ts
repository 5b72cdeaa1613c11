import { setTimeout as sleep } from 'node:timers/promises';
import { Pause } from './pause.js';
import type { Stage } from './stage.js';
import type { Role } from '../support/traffic/index.js';

const SHORTEST_SILENCE_MS = 1_500;
const LONGEST_SILENCE_MS = 3_000;
const SHORTEST_HESITATION_MS = 900;
const LONGEST_HESITATION_MS = 1_400;
const HESITATIONS = 2;
const AFTERWARDS = 200;

/** SIGSTOP to these members for so long that the others go on without them. Woken, they have to join again. */
export function silence(...roles: Role[]): (stage: Stage) => Promise<void> {
  return (stage) =>
    silenceFor(stage.random.between(SHORTEST_SILENCE_MS, LONGEST_SILENCE_MS), ...roles)(stage);
}

/** The same for a time that is given. */
export function silenceFor(lengthMs: number, ...roles: Role[]): (stage: Stage) => Promise<void> {
  return async (stage) => {
    const { ring, load, figures, random } = stage;
    const order = await ring.inOrder();
    const victims = roles.map((role) => role(order, random));
    const pauses = await Promise.all(victims.map((victim) => Pause.prepare(stage, victim, lengthMs)));
    const probers = await stage.probe(order.filter((server) => !victims.includes(server)));
    await load.progress(20 + random.below(100));
    const wall = Date.now();
    const at = Math.max(...pauses.map((pause) => pause.begin()));
    for (const prober of probers) prober.mark(at);
    const awake = sleep(lengthMs).then(() => Math.max(...pauses.map((pause) => pause.end())));
    const single = lengthMs < SHORTEST_SILENCE_MS ? figures.nearlySilenced : figures.silenced;
    const samples = victims.length === 1 ? single : figures.silencedTogether;
    for (const prober of probers) samples.add(await prober.recovery(), stage, prober.server.place.name, wall);
    const wokenAt = await awake;
    await load.progress(AFTERWARDS);
    await Promise.all([stage.endPiles(), stage.stopProbers()]);
    await ring.agree();
    figures.rejoined.add(performance.now() - wokenAt, stage, victims[0]!.place.name, wall);
    await load.progress(AFTERWARDS);
  };
}

/** Pauses around the time at which the others give the member up, so that waking and removal meet. */
export function hesitation(role: Role): (stage: Stage) => Promise<void> {
  return async (stage) => {
    const { ring, load, random } = stage;
    const victim = role(await ring.inOrder(), random);
    for (let pauses = 0; pauses < HESITATIONS; pauses++) {
      const pause = await Pause.prepare(stage, victim, LONGEST_HESITATION_MS);
      await load.progress(20 + random.below(100));
      pause.begin();
      await sleep(random.between(SHORTEST_HESITATION_MS, LONGEST_HESITATION_MS));
      pause.end();
    }
    await stage.endPiles();
    await ring.agree();
    await load.progress(AFTERWARDS);
  };
}
