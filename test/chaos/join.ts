import { setTimeout as sleep } from 'node:timers/promises';
import { Caller, type ServerProcess, waitFor } from '../support/processes/index.js';
import { bringBack } from './kill.js';
import { depart } from './leave.js';
import type { Stage } from './stage.js';
import type { Role } from '../support/traffic/index.js';

const AFTERWARDS = 200;
/** On a machine of two cores, ten processes take a while to start. */
const ALL_JOINED_MS = 40_000;
const START_MS = 10_000;
/** The time in which a newcomer joins, more or less. */
const JOINING_MS = 60;
/** The same with the disk of each server to be written. */
const JOINING_WITH_DISKS_MS = 250;

/** So many newcomers at once, under load, which leave again afterwards. */
export function join(newcomers: number): (stage: Stage) => Promise<void> {
  return async (stage) => {
    const joined: ServerProcess[] = [];
    for (let count = 0; count < newcomers; count++) joined.push(await stage.ring.register());
    const wall = Date.now();
    const at = performance.now();
    for (const newcomer of joined) stage.ring.launch(newcomer);
    await stage.ring.agree(false, ALL_JOINED_MS);
    stage.figures.crowded.add(performance.now() - at, stage, 'all', wall);
    await stage.load.progress(AFTERWARDS);
    for (const newcomer of joined) {
      await depart(stage, newcomer, 'SIGTERM');
      await stage.ring.agree();
    }
    await stage.load.progress(AFTERWARDS);
  };
}

/** A newcomer is killed while it joins, or just before or after. The second time it is let in. */
export async function killNewcomer(stage: Stage): Promise<void> {
  const newcomer = await beginJoining(stage);
  await newcomer.kill(START_MS);
  await stage.ring.agree();
  await stage.load.progress(AFTERWARDS);
  await bringBack(stage, [newcomer]);
  await depart(stage, newcomer, 'SIGTERM');
  await stage.ring.agree();
}

/** A member is killed while a newcomer joins. */
export function killWhileJoining(role: Role): (stage: Stage) => Promise<void> {
  return async (stage) => {
    const victim = role(await stage.ring.inOrder(), stage.random);
    const newcomer = await beginJoining(stage);
    await victim.kill(START_MS);
    await stage.ring.agree();
    await bringBack(stage, [victim]);
    await depart(stage, newcomer, 'SIGTERM');
    await stage.ring.agree();
  };
}

/** Starts a server, and waits until somewhere in its joining. */
async function beginJoining({ ring, random }: Stage): Promise<ServerProcess> {
  const newcomer = await ring.register();
  ring.launch(newcomer);
  const caller = new Caller(newcomer.place, START_MS);
  await waitFor(`${newcomer.place.name} to listen`, START_MS, async () => {
    const reply = await caller.send({ method: 'GET', path: '/health/live' });
    return reply.kind === 'answer' ? undefined : reply.kind;
  });
  caller.close();
  await sleep(random.fraction() * (ring.hasDisks ? JOINING_WITH_DISKS_MS : JOINING_MS));
  return newcomer;
}
