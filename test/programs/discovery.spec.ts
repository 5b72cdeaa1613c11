import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { directoryOf, untilShared } from '../support/discovery/directories.js';
import { ownGroup } from '../support/discovery/group.js';
import { Rig } from '../support/discovery/rig.js';

const rig = new Rig();

const dataOf = (name: string) => ({ DATA_DIR: join(rig.home, `data-${name}`) });
const put = (port: number, key: string) =>
  fetch(`http://127.0.0.1:${port}/objects/${key}`, { method: 'PUT', body: key });
const get = async (port: number, key: string) =>
  (await fetch(`http://127.0.0.1:${port}/objects/${key}`)).text();

describe('servers with PEER=multicast', () => {
  it('that start together are one ring, and one that starts later joins it', async () => {
    for (const name of ['a', 'b', 'c']) await rig.crowd.start(name);
    await rig.crowd.agree();
    expect(rig.crowd.foundings).toBe(1);
    expect((await put(rig.crowd.servers[0]!.port, 'k')).status).toBe(201);
    const late = await rig.crowd.start('d');
    await rig.crowd.agree();
    expect(await get(late.port, 'k')).toBe('k');
    expect(rig.crowd.foundings).toBe(1);
  });

  it('share their directories, each of which is to be read at each of them', async () => {
    for (const name of ['a', 'b', 'c'])
      await rig.crowd.start(name, { FILES_DIR: directoryOf(rig.home, name) });
    const { members } = await rig.crowd.agree();
    await untilShared(rig.crowd.servers);
    expect(members).toHaveLength(3);
  });

  it('come back to their ring: the founder as well, which has nothing on disk', async () => {
    const founder = await rig.crowd.start('a');
    await rig.crowd.agree();
    const other = await rig.crowd.start('b');
    await rig.crowd.agree();
    await put(founder.port, 'k');
    await founder.kill(5_000);
    await rig.crowd.agree();
    rig.crowd.launch(founder);
    await rig.crowd.agree();
    expect([await get(founder.port, 'k'), await get(other.port, 'k')]).toEqual(['k', 'k']);
    expect(rig.crowd.foundings).toBe(1);
  });

  it('with data on disk wait for their own ring, and one without waits with them', async () => {
    const first = await rig.crowd.start('a', dataOf('a'));
    await rig.crowd.agree();
    const second = await rig.crowd.start('b', dataOf('b'));
    await rig.crowd.agree();
    await put(first.port, 'k');
    await Promise.all([first, second].map((server) => server.kill(5_000)));

    rig.crowd.launch(second);
    const fresh = await rig.crowd.start('x');
    await delay(6_000);
    expect(rig.crowd.foundings).toBe(1);
    rig.crowd.launch(first);
    await rig.crowd.agree();
    expect(await get(fresh.port, 'k')).toBe('k');
    expect(rig.crowd.foundings).toBe(1);
  });

  it('with data on disk find their ring again when all ring addresses have changed', async () => {
    for (const name of ['a', 'b', 'c']) {
      await rig.crowd.start(name, { ...dataOf(name), PARTITION: 'primary' });
      await rig.crowd.agree();
    }
    const [first, ...others] = rig.crowd.servers;
    await put(first!.port, 'k');
    await Promise.all(rig.crowd.running.map((server) => server.kill(5_000)));
    // Two are a majority, and neither is without the other.
    for (const server of others) rig.crowd.launch(server, { RING_PORT: '0' });
    await rig.crowd.agree();
    expect(await get(others[0]!.port, 'k')).toBe('k');
    expect(rig.crowd.foundings).toBe(1);
  });

  it('of two rings that were founded apart become one', async () => {
    // On groups of their own they cannot hear each other.
    const apart = { MULTICAST_GROUP: await ownGroup() };
    const first = await rig.crowd.start('a');
    const second = await rig.crowd.start('b', apart);
    await Promise.all([rig.crowd.agree([first]), rig.crowd.agree([second])]);
    expect(rig.crowd.foundings).toBe(2);
    await put(first.port, 'k');
    await second.kill(5_000);
    rig.crowd.launch(second, { MULTICAST_GROUP: rig.group });
    await rig.crowd.agree();
    expect(await get(second.port, 'k')).toBe('k');
  });

  it('of another ring, or with another secret, are left alone, and the log says so', async () => {
    const first = await rig.crowd.start('a');
    await rig.crowd.agree();
    const other = await rig.crowd.start('b', { RING: 'other' });
    const stern = await rig.crowd.start('c', { RING_SECRET: 'known to this test alone' });
    await Promise.all([rig.crowd.agree([other]), rig.crowd.agree([stern])]);
    await rig.crowd.agree([first]);
    expect(rig.crowd.foundings).toBe(3);
    expect(rig.crowd.logOf(first)).toMatch(
      /127\.0\.0\.1 asks for this ring by multicast with another RING_SECRET/,
    );
    expect(rig.crowd.logOf(other)).not.toMatch(/another RING_SECRET/);
  });
});
