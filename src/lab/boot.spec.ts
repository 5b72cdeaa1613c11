import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeLab } from '../../test/support/lab/fake-lab.js';

describe('starting servers', () => {
  let fake: FakeLab;
  beforeEach(() => {
    fake = new FakeLab();
  });
  afterEach(() => fake.lab.close());

  const peersOf = (port: number) => {
    const { PEER } = fake.ring.environmentOf(port);
    const portOf = (peer: string) =>
      fake.lab.servers.find(({ place }) => peer === `127.0.0.1:${place.ringPort}`)?.port;
    return PEER?.split(',').map(portOf);
  };

  it('lets the first found the ring and the others join it', async () => {
    expect(await fake.start()).toEqual({ kind: 'done', text: '28090, 28089 and 28088 are ready' });
    expect(peersOf(28_090)).toBeUndefined();
    expect(peersOf(28_089)).toEqual([28_090, 28_088]);
    expect(fake.said).toContain('28088 joined the ring (view 3)');
  });

  it('reboots a server into the ring of the others, at the same places', async () => {
    await fake.start();
    const before = fake.lab.find('28090')!.place.ringPort;
    const shown = await fake.transcript('kill 28090', 'pause 28088', 'reboot 28090');
    expect(shown.at(-1)).toBe('28090 is ready');
    expect(peersOf(28_090)).toEqual([28_089, 28_088]);
    expect(fake.ring.environmentOf(28_090)['RING_PORT']).toBe(String(before));
  });

  it('lets the first that is rebooted found a ring when none is left', async () => {
    await fake.start();
    await fake.transcript('stop 28090', 'stop 28089', 'stop 28088', 'reboot 28088', 'reboot 28090');
    expect(peersOf(28_088)).toBeUndefined();
    expect(peersOf(28_090)).toEqual([28_088]);
  });

  it('refuses to reboot what is there', async () => {
    await fake.start();
    expect(await fake.transcript('reboot 28090', 'pause 28090', 'reboot 28090')).toEqual([
      'failed: 28090 is already running: stop or kill it first.',
      '28090 paused',
      'failed: 28090 is paused: resume it first.',
    ]);
  });

  it('adds a server on the next lower port', async () => {
    await fake.start();
    expect(await fake.transcript('add', 'add')).toEqual(['28087 is ready', '28086 is ready']);
    expect(peersOf(28_086)).toEqual([28_090, 28_089, 28_088, 28_087]);
  });

  it('says which server does not get ready, and what it may wait for', async () => {
    fake.ring.notReady.add(28_088);
    expect(await fake.start()).toMatchObject({
      sentence: expect.stringMatching(/^28088 did not get ready within 0.1 s: look into .*28088\.log\.$/),
    });
    const shown = await fake.transcript('kill 28088', 'pause 28089', 'reboot 28088');
    expect(shown.at(-1)).toMatch(/it may be waiting for 28089, so resume that first\.$/);
    expect(fake.lab.troubled).toBe(true);
  });

  it('says which server ended instead', async () => {
    fake.ring.crashing.add(28_089);
    expect(await fake.start()).toEqual({
      kind: 'failed',
      sentence: '28089 ended before being ready: see why in the log lines above.',
    });
    expect(fake.said[0]).toMatch(/^28089 ended unexpectedly \(exit code 3\); its log: /);
    expect(fake.lab.find('28089')!.state).toBe('crashed');
  });
});
