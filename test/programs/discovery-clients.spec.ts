import { describe, expect, it } from '@jest/globals';

import { discover, findServers, RingletClient } from '../../src/client/index.js';
import { type Ran, runProgram } from '../support/cli/cli-program.js';
import type { Crowd } from '../support/discovery/crowd.js';
import { Rig } from '../support/discovery/rig.js';

const SECRET = 'known to this test alone';
const LOCAL = 'http://127.0.0.1:5235';

const rig = new Rig();

const ringlet = (words: string[], environment: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  runProgram(rig.sources.cli, words, { MULTICAST_GROUP: rig.group, ...environment });
const urlsOf = (some: Crowd): string[] => some.servers.map(({ port }) => `http://127.0.0.1:${port}`);

describe('without a server', () => {
  it('ringlet discover says in one sentence what to do, and ends with 5', async () => {
    const { code, out, errors } = await ringlet(['discover', '--timeout', '0.2']);
    expect([code, out]).toEqual([5, '']);
    expect(errors).toMatch(/^No server answers by multicast: [^\n]+\.\n$/);
  });

  it('a client is given the default', async () => {
    expect(await findServers({ group: rig.group })).toEqual([LOCAL]);
    expect(await discover({ group: rig.group, timeoutMs: 100 })).toEqual([]);
  });

  it('what is no group is refused', async () => {
    const { code, errors } = await ringlet(['discover'], { MULTICAST_GROUP: '10.0.0.1:5236' });
    expect([code, errors]).toEqual([2, expect.stringMatching(/^"10\.0\.0\.1:5236" is no multicast group/)]);
    await expect(discover({ group: 'x' })).rejects.toMatchObject({ code: 'bad_option' });
  });

  it('a search ends when its signal says so', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 50);
    const begun = performance.now();
    const { signal } = controller;
    await expect(discover({ group: rig.group, timeoutMs: 20_000, signal })).rejects.toBe(reason);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});

describe('servers with PEER=multicast', () => {
  it('are listed by ringlet discover, and used by every command that names none', async () => {
    for (const name of ['a', 'b']) await rig.crowd.start(name);
    const { primary } = await rig.crowd.agree();
    const { code, out } = await ringlet(['discover', '--json']);
    expect(code).toBe(0);
    const { servers } = JSON.parse(out) as { servers: Awaited<ReturnType<typeof discover>> };
    expect(servers.map(({ url }) => url).toSorted()).toEqual(urlsOf(rig.crowd).toSorted());
    expect(
      servers.map(({ name, ring, primary: isPrimary }) => [
        ring,
        isPrimary,
        isPrimary === (name === primary),
      ]),
    ).toEqual([
      ['ringlet', true, true],
      ['ringlet', false, true],
    ]);
    const table = await ringlet(['discover']);
    expect(table.out).toMatch(
      /^ring +name +role +url\nringlet +\w +primary +http:.*\nringlet +\w +backup +http:.*\n$/,
    );

    const status = await ringlet(['status', '--json']);
    expect([status.code, status.errors]).toEqual([0, '']);
    expect((JSON.parse(status.out) as { primary: string }).primary).toBe(primary);
    const client = new RingletClient({ servers: await findServers({ group: rig.group }) });
    await client.put('k', 'v');
    client.close();
    expect((await ringlet(['get', 'k'])).out).toBe('v');
    // What is named counts, and nothing else.
    expect((await ringlet(['get', 'k', '--server', 'http://127.0.0.1:1', '--timeout', '1'])).code).toBe(5);
    expect(
      (await ringlet(['get', 'k', '--timeout', '1'], { RINGLET_SERVER: 'http://127.0.0.1:1' })).code,
    ).toBe(5);
  });

  it('of two rings are not taken for one', async () => {
    const one = await rig.crowd.start('a');
    const two = await rig.crowd.start('b', { RING: 'other' });
    await Promise.all([rig.crowd.agree([one]), rig.crowd.agree([two])]);
    const { code, errors } = await ringlet(['ls']);
    expect([code, errors]).toEqual([2, expect.stringMatching(/^Servers of several rings answer .*\n$/)]);
    expect(await discover({ group: rig.group, timeoutMs: 300 })).toHaveLength(2);
  });

  it('with RING_SECRET are found by who knows it', async () => {
    await rig.crowd.start('a', { RING_SECRET: SECRET });
    await rig.crowd.agree();
    const unknowing = await ringlet(['discover', '--timeout', '0.5']);
    expect([unknowing.code, unknowing.errors]).toEqual([5, expect.stringContaining('set RINGLET_SECRET')]);
    expect((await ringlet(['discover', '--timeout', '0.5'], { RINGLET_SECRET: 'x' })).code).toBe(5);
    expect((await ringlet(['discover'], { RINGLET_SECRET: SECRET })).code).toBe(0);
    expect(await findServers({ group: rig.group, secret: SECRET })).toEqual(urlsOf(rig.crowd));
  });

  it('that seek a ring are no servers for clients yet', async () => {
    await rig.crowd.start('a');
    let isMember = false;
    for (let tries = 0; tries < 40 && !isMember; tries++) {
      const [found] = await discover({ group: rig.group, timeoutMs: 200 });
      isMember = found !== undefined;
    }
    expect(isMember).toBe(true);
    expect(rig.crowd.foundings).toBe(1);
  });
});
