import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    expect(await fake.start()).toEqual({
      kind: 'done',
      text: expect.stringMatching(/^All 3 are ready after \d+ ms$/),
    });
    expect(peersOf(28_090)).toBeUndefined();
    expect(peersOf(28_089)).toEqual([28_090, 28_088]);
    expect(fake.said).toContain('28088 joined the ring (view 3)');
  });

  it('reboots a server into the ring of the others, at the same places', async () => {
    await fake.start();
    const before = fake.lab.find('28090')!.place.ringPort;
    const shown = await fake.transcript('kill 28090', 'pause 28088', 'reboot 28090');
    expect(shown.at(-1)).toMatch(/^28090 is ready after \d+ ms$/);
    expect(peersOf(28_090)).toEqual([28_089, 28_088]);
    expect(fake.ring.environmentOf(28_090)['RING_PORT']).toBe(String(before));
  });

  it('lets the first that is rebooted found a ring when none is left', async () => {
    await fake.start();
    await fake.transcript('stop 28090', 'stop 28089', 'stop 28088', 'reboot 28088', 'reboot 28090');
    expect(peersOf(28_088)).toBeUndefined();
    expect(peersOf(28_090)).toEqual([28_088]);
  });

  it('stops what runs or is paused before it reboots it', async () => {
    await fake.start();
    const ready = expect.stringMatching(/^28090 is ready/);
    expect(await fake.transcript('reboot 28090', 'pause 28090', 'reboot 28090')).toEqual([ready, '', ready]);
    expect(fake.said.filter((line) => line === '28090 stopped')).toHaveLength(2);
    expect(peersOf(28_090)).toEqual([28_089, 28_088]);
  });

  it('does not reboot what does not stop', async () => {
    await fake.start();
    fake.ring.deaf.add(28_090);
    expect(await fake.transcript('reboot 28090')).toEqual([
      'failed: 28090 is still there 0.1 s after SIGTERM: kill it.',
    ]);
  });

  it('adds a server on the next lower port', async () => {
    await fake.start();
    expect(await fake.transcript('add', 'add')).toEqual([
      expect.stringMatching(/^28087 is ready/),
      expect.stringMatching(/^28086 is ready/),
    ]);
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
    expect(fake.said.find((line) => line.includes('ended'))).toMatch(
      /^28089 ended unexpectedly \(exit code 3\); its log: /,
    );
    expect(fake.lab.find('28089')!.state).toBe('crashed');
  });

  describe('with data', () => {
    let directory: string;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'lab-boot-'));
      fake = new FakeLab({ dataDirectory: directory, partition: 'primary' });
    });
    afterEach(() => rmSync(directory, { recursive: true }));

    /** As if the server had been there before. */
    const keep = (port: number) => {
      mkdirSync(join(directory, `lab-${port}`));
      writeFileSync(join(directory, `lab-${port}`, 'ringlet.json'), '{}');
    };

    it('gives each server a place of its own', async () => {
      await fake.start();
      expect(fake.ring.environmentOf(28_089)).toMatchObject({
        DATA_DIR: join(directory, 'lab-28089'),
        PARTITION: 'primary',
      });
      expect(peersOf(28_090)).toBeUndefined();
    });

    it('lets nobody found a second ring beside the one that others are of', async () => {
      keep(28_088);
      await fake.start();
      expect(peersOf(28_090)).toEqual([28_089, 28_088]);
    });

    it('lets the first come back to its ring without peers', async () => {
      keep(28_090);
      keep(28_088);
      await fake.start();
      expect(peersOf(28_090)).toBeUndefined();
    });

    it('says whose data a server may wait for', async () => {
      keep(28_089);
      await fake.start();
      await fake.transcript('stop 28089', 'stop 28088');
      fake.ring.notReady.add(28_088);
      expect(await fake.transcript('reboot 28088')).toEqual([
        expect.stringMatching(/it may be waiting for what 28089 kept, so reboot that as well\.$/),
      ]);
    });
  });
});
