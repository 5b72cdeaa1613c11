import type { ServerProcess } from '../support/processes/index.js';
import type { Stage } from './stage.js';
import type { Role } from '../support/traffic/index.js';

const GONE_MS = 5_000;
const AFTERWARDS = 150;

/** SIGKILL to these members at once, under load; then they are started again, with their names and their ports. */
export function kill(...roles: Role[]): (stage: Stage) => Promise<void> {
  return async (stage) => {
    const order = await stage.ring.inOrder();
    const victims = roles.map((role) => role(order, stage.random));
    await strike(stage, victims);
    await bringBack(stage, victims);
  };
}

/** Kills the primary, and each one that is promoted, until a single server is left. */
export async function killDownToOne(stage: Stage): Promise<void> {
  const victims: ServerProcess[] = [];
  for (let order = await stage.ring.inOrder(); order.length > 1; order = await stage.ring.inOrder()) {
    victims.push(order[0]!);
    await strike(stage, [order[0]!]);
  }
  await bringBack(stage, victims);
}

/** Kills them, and measures how long it takes until each survivor acknowledges a write again. */
export async function strike(stage: Stage, victims: readonly ServerProcess[]): Promise<void> {
  const { ring, load, figures, random } = stage;
  const survivors = ring.running.filter((server) => !victims.includes(server));
  // With disks, most of the ring may come back: the rest of it knows that, and marks what it acknowledges.
  const isMinority = ring.hasDisks && survivors.length < victims.length;
  const probers = await stage.probe(survivors, isMinority);
  await load.progress(20 + random.below(100));
  const wall = Date.now();
  const at = performance.now();
  const gone = victims.map((victim) => victim.kill(GONE_MS));
  stage.kills.push(at);
  for (const prober of probers) prober.mark(at);
  await Promise.all(gone);
  for (const prober of probers)
    (ring.hasDisks ? figures.killedWithDisks : figures.killed).add(
      await prober.recovery(),
      stage,
      prober.server.place.name,
      wall,
    );
  await load.progress(AFTERWARDS);
  await stage.stopProbers();
}

export async function bringBack(stage: Stage, servers: readonly ServerProcess[]): Promise<void> {
  for (const server of servers) stage.ring.launch(server);
  await stage.ring.agree();
  await stage.load.progress(AFTERWARDS);
}
