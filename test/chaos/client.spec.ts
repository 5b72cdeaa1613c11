/*
 * The client, on a ring of real processes whose primary is killed and started again, over and over, or stopped. It writes
 * numbers: in the end each is there exactly once, and no call has taken long.
 *
 * RINGLET_CLIENT_NUMBERS and RINGLET_CLIENT_KILLS say how many; by default as many as the gate has time for.
 */
import { loadavg } from 'node:os';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { RingletClient } from '../../src/client/index.js';
import { Random } from '../simulation/random.js';
import { describeLogs, ServerRing } from '../support/processes/index.js';
import type { ServerProcess } from '../support/processes/index.js';
import { suiteSeed } from '../support/traffic/index.js';
import { Numbers } from './numbers.js';

const NUMBERS = Number(process.env['RINGLET_CLIENT_NUMBERS'] ?? 3000);
const KILLS = Number(process.env['RINGLET_CLIENT_KILLS'] ?? 6);
const LONGEST_MS = 2000;
const END_MS = 5000;
const PAUSE_NUMBERS = 300;
const CALM = 20;

const seed = suiteSeed();
let ring: ServerRing;
let writer: RingletClient;
let watcher: RingletClient;

beforeEach(async () => {
  ring = await ServerRing.start(3);
  const [first, second] = ring.servers as [ServerProcess, ServerProcess];
  writer = new RingletClient({ servers: urlOf(first) });
  watcher = new RingletClient({ servers: urlOf(second) });
  await Promise.all([writer.ring(), watcher.ring()]);
});
afterEach(async () => {
  writer.close();
  watcher.close();
  await ring.end();
  ring.removeLogs();
});

const urlOf = ({ place }: ServerProcess): string => `http://${place.host}:${place.port}`;

/** Kills the primary, and once in a while the next one as well; those are started again in any order. Answers how many. */
async function killSome(random: Random, most: number): Promise<number> {
  const victims: ServerProcess[] = [];
  const count = Math.min(most, random.chance(0.25) ? 2 : 1);
  while (victims.length < count) {
    const [primary] = await ring.inOrder();
    await primary!.kill(END_MS);
    victims.push(primary!);
  }
  if (random.chance(0.5)) victims.reverse();
  for (const victim of victims) ring.launch(victim);
  await ring.agree();
  return count;
}

/** What is wrong in the end, in sentences. */
async function faultsOf(numbers: Numbers): Promise<string[]> {
  const faults = numbers.repetitions();
  for (const server of ring.running) {
    const reader = new RingletClient({ servers: urlOf(server), discover: false });
    faults.push(...(await numbers.differences(reader)).map((text) => `${server.place.name}: ${text}`));
    reader.close();
  }
  if (numbers.longestMs > LONGEST_MS) faults.push(`A call took ${Math.round(numbers.longestMs)} ms`);
  return faults;
}

function report(what: string, { longestMs, gaps, acknowledged }: Numbers): void {
  const replays = [...acknowledged.values()].filter(({ replayed }) => replayed).length;
  process.stdout.write(
    `client, ${what}: ${acknowledged.size} numbers, longest call ${Math.round(longestMs)} ms, ${replays} answered as replays, ${gaps} gaps, seed ${seed}, load of the machine ${loadavg()[0]!.toFixed(1)}\n`,
  );
}

it(`writes ${NUMBERS} numbers once each through ${KILLS} kills of the primary`, async () => {
  const random = new Random(seed);
  const numbers = new Numbers(writer, 'n/', NUMBERS);
  const [writing, following] = [numbers.write(), numbers.follow(watcher)];
  const killing = (async () => {
    for (let kills = 0; kills < KILLS;) {
      const quota = NUMBERS / (KILLS + 1);
      numbers.allow(Math.round((kills + 2) * quota));
      await numbers.written(Math.round((kills + 1) * quota));
      kills += await killSome(random, KILLS - kills);
    }
    numbers.allow(NUMBERS);
  })();
  await Promise.all([writing, following, killing]).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${describeLogs(ring.servers, 0)}`, { cause: error });
  });
  report(`${KILLS} kills`, numbers);
  expect(await faultsOf(numbers)).toEqual([]);
}, 600_000);

it('gives up a primary that is stopped, and writes on', async () => {
  const numbers = new Numbers(writer, 'p/', PAUSE_NUMBERS);
  const [writing, following] = [numbers.write(), numbers.follow(watcher)];
  numbers.allow(PAUSE_NUMBERS / 2);
  await numbers.written(CALM);
  const [primary] = await ring.inOrder();
  primary!.pause();
  try {
    numbers.allow(PAUSE_NUMBERS);
    await writing;
  } finally {
    primary!.resume();
  }
  await following;
  await ring.agree();
  report('a pause', numbers);
  expect(await faultsOf(numbers)).toEqual([]);
}, 60_000);
