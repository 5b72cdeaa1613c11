import { describeExit, isClean } from '../../src/lab/server-process.js';
import { type ServerProcess, waitFor } from '../support/processes/index.js';
import { bringBack } from './kill.js';
import type { Stage } from './stage.js';
import { newCaller, type Role } from '../support/traffic/index.js';

const LEAVE_MS = 10_000;
const AFTERWARDS = 150;

/** SIGTERM, or POST /ring/leave, under load; then the server is started again. */
export function leave(role: Role, way: Way): (stage: Stage) => Promise<void> {
  return async (stage) => {
    const { ring, load, random } = stage;
    const leaver = role(await ring.inOrder(), random);
    await load.progress(20 + random.below(100));
    await depart(stage, leaver, way);
    await ring.agree();
    await load.progress(AFTERWARDS);
    await bringBack(stage, [leaver]);
  };
}

export type Way = 'SIGTERM' | 'POST';

/** Waits until the process has ended, as one that left should. Clients use the server until then. */
export async function depart(stage: Stage, leaver: ServerProcess, way: Way): Promise<void> {
  const wall = Date.now();
  const at = performance.now();
  if (way === 'SIGTERM') await terminate(leaver);
  else await askToLeave(stage, leaver);
  stage.figures.left.add(performance.now() - at, stage, leaver.place.name, wall);
}

async function terminate(leaver: ServerProcess): Promise<void> {
  const exit = await leaver.stop(LEAVE_MS);
  if (exit === undefined) throw new Error(`${leaver.place.name} is still there ${LEAVE_MS} ms after SIGTERM`);
  if (!isClean(exit)) throw new Error(`${leaver.place.name} left with ${describeExit(exit)}`);
}

async function askToLeave({ ring }: Stage, leaver: ServerProcess): Promise<void> {
  const { name } = leaver.place;
  ring.allowEnd(leaver);
  const caller = newCaller(leaver);
  const reply = await caller.send({ method: 'POST', path: '/ring/leave' });
  caller.close();
  if (reply.kind !== 'answer' || reply.status !== 202)
    throw new Error(`${name} answered POST /ring/leave with ${JSON.stringify(reply)}`);
  await waitFor(`the end of ${name}`, LEAVE_MS, () => (leaver.alive ? 'it is still there' : undefined));
  if (leaver.state !== 'stopped') throw new Error(`${name} left, but ${leaver.state}`);
}
