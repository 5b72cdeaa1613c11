/*
 * Discovery between hosts: each server is in a network namespace of its own, knows no address, and finds the others by multicast over a
 * bridge. Skipped where there can be no namespaces; see netns.spec.ts. RINGLET_CHAOS_SEED gives the order of the starts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Random } from '../simulation/random.js';
import { runProgram } from '../support/cli/cli-program.js';
import { Crowd } from '../support/discovery/crowd.js';
import { directoryOf, untilShared } from '../support/discovery/directories.js';
import { findPrograms } from '../support/processes/programs.js';
import { suiteSeed } from '../support/traffic/index.js';
import { whyNoHosts } from './means.js';
import { Network } from './network.js';

const SECRET = 'known to the hosts of this test alone';
const NAMES = ['s1', 's2', 's3'];
/** A server that starts this much later finds others that have founded a ring, or are about to. */
const MOST_LATE_MS = 3_000;

const seed = suiteSeed();
const random = new Random(seed);
const why = whyNoHosts();
if (why !== undefined) process.stdout.write(`Discovery between hosts is skipped: ${why}.\n`);

const discover = (environment: NodeJS.ProcessEnv) =>
  runProgram(join(dirname(findPrograms().server), 'cli', 'main.js'), ['discover', '--json'], environment);

(why === undefined ? describe : describe.skip)(`servers on hosts of their own, seed ${seed}`, () => {
  let network: Network;
  let crowd: Crowd;
  let directory: string;
  beforeEach(async () => {
    network = new Network();
    directory = mkdtempSync(join(tmpdir(), 'ringlet-discovery-'));
    crowd = new Crowd({
      programs: findPrograms(),
      directory,
      settings: { RING_SECRET: SECRET, INSECURE: '1' },
      homes: {
        take: (name) => {
          const place = { name, host: network.add(name), port: 5235, ringPort: 1233 };
          return Promise.resolve({ place, within: ['ip', 'netns', 'exec', name], settings: {} });
        },
      },
    });
    for (const name of NAMES) await crowd.register(name);
  });
  afterEach(async () => {
    await crowd.end();
    network.close();
    rmSync(directory, { recursive: true, maxRetries: 5 });
  });

  async function startInAnyOrder(): Promise<void> {
    const late = crowd.servers.map((server) => ({ server, ms: random.below(MOST_LATE_MS) }));
    await Promise.all(late.map(({ server, ms }) => delay(ms).then(() => crowd.launch(server))));
  }

  it('are one ring, whatever the order in which they start', async () => {
    for (let round = 1; round <= 3; round++) {
      await startInAnyOrder();
      await crowd.agree();
      expect(crowd.foundings).toBe(round);
      await Promise.all(crowd.running.map((server) => server.kill(5_000)));
    }
  });

  it('share their directories, each of which is to be read at each of them', async () => {
    for (const server of crowd.servers)
      crowd.launch(server, { FILES_DIR: directoryOf(directory, server.place.name) });
    const { members } = await crowd.agree();
    await untilShared(crowd.servers);
    expect(members).toHaveLength(3);
  });

  it('are found by a client that knows the secret, and by no other', async () => {
    await startInAnyOrder();
    const { primary } = await crowd.agree();
    const { code, out } = await discover({ RINGLET_SECRET: SECRET });
    expect(code).toBe(0);
    const { servers } = JSON.parse(out) as { servers: { name: string; url: string; primary: boolean }[] };
    expect(servers.map(({ name }) => name).toSorted()).toEqual(NAMES);
    expect(servers.filter((server) => server.primary).map(({ name }) => name)).toEqual([primary]);
    expect(servers.find(({ name }) => name === 's2')?.url).toBe(`http://${network.addressOf('s2')}:5235`);
    for (const environment of [{}, { RINGLET_SECRET: 'another' }])
      expect(await discover(environment)).toMatchObject({ code: 5, out: '' });
  });

  it('that founded two rings, as they could not hear each other, become one', async () => {
    network.cut(['s1', 's2'], ['s3']);
    await startInAnyOrder();
    const [one, two, three] = crowd.servers;
    await Promise.all([crowd.agree([one!, two!]), crowd.agree([three!])]);
    expect(crowd.foundings).toBe(2);
    network.heal();
    await crowd.agree();
  });

  it('with data on both sides stay apart', async () => {
    network.cut(['s1', 's2'], ['s3']);
    await startInAnyOrder();
    const [one, two, three] = crowd.servers;
    await Promise.all([crowd.agree([one!, two!]), crowd.agree([three!])]);
    for (const { place } of [one!, three!])
      await fetch(`http://${place.host}:${place.port}/objects/${place.name}`, { method: 'PUT', body: 'x' });
    network.heal();
    await delay(20_000);
    await Promise.all([crowd.agree([one!, two!]), crowd.agree([three!])]);
    expect(crowd.logOf(one!) + crowd.logOf(two!)).toContain('s3 was found by multicast');
  });
});
