/*
 * A rolling restart: each server of five is asked to end by SIGTERM and started again, one after the other, while clients write and
 * read. No call may fail, none may be told anything old, nothing may be lost, and each process ends well.
 */
import { expect, test } from '@jest/globals';

import { RingletClient } from '../../src/client/index.js';
import { describeExit } from '../../src/lab/server-process.js';
import { Random } from '../simulation/random.js';
import { describeLogs, type Making, mistakesIn, ServerRing } from '../support/processes/index.js';
import type { ServerProcess } from '../support/processes/index.js';
import { suiteSeed, timesOf } from '../support/traffic/index.js';
import { Steady } from './steady.js';

const SIZE = 5;
const END_MS = 40_000;
const WARM_CALLS = 200;
/** Of a call, on a machine that starts servers all the time; a second is what it takes when none fails. */
const LONGEST_MS = 5_000;

const seed = suiteSeed();
const urlOf = ({ place }: ServerProcess): string => `http://${place.host}:${place.port}`;

/** Answers how they ended. */
async function restartEach(ring: ServerRing, steady: Steady): Promise<string[]> {
  const ends: string[] = [];
  for (const server of ring.servers) {
    const calls = steady.calls + WARM_CALLS;
    while (steady.calls < calls) await new Promise((resolve) => setTimeout(resolve, 10));
    const exit = await server.stop(END_MS);
    ends.push(exit === undefined ? 'is still there' : describeExit(exit));
    ring.launch(server);
    await ring.agree();
  }
  return ends;
}

/** With disks as well where there is time for more than one round of everything. */
const IN_MEMORY: readonly [string, Making] = ['in memory only', {}];
const ON_DISKS: readonly [string, Making] = ['with disks', { hasDisks: true }];
const plans = timesOf(1) > 1 ? [IN_MEMORY, ON_DISKS] : [IN_MEMORY];

test.each(plans)(
  'five servers %s are restarted one after the other, and no client notices',
  async (name, making) => {
    const ring = await ServerRing.start(SIZE, making);
    const client = new RingletClient({ servers: ring.servers.map(urlOf) });
    const steady = new Steady(client, new Random(seed));
    try {
      expect(await restartEach(ring, steady)).toEqual(ring.servers.map(() => 'exit code 0'));
      await steady.stop();
      expect(steady.faults).toEqual([]);
      for (const server of ring.servers) {
        const reader = new RingletClient({ servers: urlOf(server), discover: false });
        expect(await steady.lost(reader)).toEqual([]);
        reader.close();
      }
      expect(mistakesIn(ring.servers, 0)).toEqual([]);
      expect(steady.longestMs).toBeLessThan(LONGEST_MS);
    } catch (error) {
      const text = `${String(error)}\n${describeLogs(ring.servers, 0)}`;
      throw new Error(text, { cause: error });
    } finally {
      await steady.stop();
      client.close();
      await ring.end();
    }
    ring.removeLogs();
    const figures = `${steady.calls} calls, the longest ${Math.round(steady.longestMs)} ms`;
    process.stdout.write(`rolling restart ${name}: ${figures}\n`);
  },
  300_000,
);
