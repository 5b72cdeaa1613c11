import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerProcess, waitFor } from '../support/processes/index.js';
import { newCaller, type Role } from '../support/traffic/index.js';
import { strike } from './kill.js';
import type { Stage } from './stage.js';

const GONE_MS = 5_000;
const READY_MS = 20_000;
const WRITES_MS = 12_000;
const LONGEST_GAP_MS = 300;
const AFTERWARDS = 150;

/** SIGKILL to these members at once, under load; then they come back with their disks, in any order. */
export function killAndRestart(...roles: Role[]): (stage: Stage) => Promise<void> {
  return async (stage) => {
    const order = await stage.ring.inOrder();
    const victims = roles.map((role) => role(order, stage.random));
    await strike(stage, victims);
    await restart(stage, victims);
    await stage.load.progress(AFTERWARDS);
  };
}

/** SIGKILL to all at once, under load; then all come back, in any order. Nobody but their disks knows what was acknowledged. */
export async function killAll(stage: Stage): Promise<void> {
  const { ring, load, random, figures } = stage;
  await load.progress(20 + random.below(100));
  const victims = await fellAll(stage);
  const wall = Date.now();
  const at = performance.now();
  const [first] = victims;
  const [, writesAt] = await Promise.all([restart(stage, victims), firstWrite(stage, first!)]);
  figures.wakened.add(writesAt - at, stage, first!.place.name, wall);
  await load.progress(AFTERWARDS);
  await ring.agree();
}

/** Answers who was killed. */
export async function fellAll({ ring }: Stage): Promise<readonly ServerProcess[]> {
  const victims = ring.running;
  await Promise.all(victims.map((victim) => victim.kill(GONE_MS)));
  return victims;
}

/** Starts them in any order, and waits until all servers are one ring and ready. */
export async function restart(
  stage: Stage,
  servers: readonly ServerProcess[],
  samples = stage.figures.restarted,
): Promise<void> {
  const { ring, random } = stage;
  const wall = Date.now();
  const at = performance.now();
  for (const server of random.shuffle(servers)) {
    ring.launch(server);
    await sleep(random.fraction() * LONGEST_GAP_MS);
  }
  await ring.agree(false, READY_MS);
  samples.add(performance.now() - at, stage, 'all', wall);
}

/** Answers when a write was acknowledged at this server, on the monotonic clock. */
async function firstWrite({ traffic, random }: Stage, server: ServerProcess): Promise<number> {
  const caller = newCaller(server);
  let tries = 0;
  try {
    await waitFor(`a write at ${server.place.name}`, WRITES_MS, async () => {
      const verdict = await traffic.once(
        { name: 'first', server, caller, random },
        `${traffic.prefix}first/${++tries}`,
      );
      return verdict.kind === 'done' ? undefined : verdict.kind;
    });
    return performance.now();
  } finally {
    caller.close();
  }
}
