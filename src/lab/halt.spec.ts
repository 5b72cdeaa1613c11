import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeLab } from '../../test/support/lab/fake-lab.js';

const goesOnWithout = (port: number) =>
  expect.stringMatching(new RegExp(`^The ring goes on without ${port}, after \\d+ ms$`));

describe('ending and pausing servers', () => {
  let fake: FakeLab;
  beforeEach(async () => {
    fake = new FakeLab();
    await fake.start();
    fake.said.length = 0;
  });
  afterEach(() => fake.lab.close());

  const states = () => fake.lab.servers.map(({ state }) => state);

  it('returns from a kill once the others are in a view without it', async () => {
    expect(await fake.transcript('kill lab-28090')).toEqual([goesOnWithout(28_090)]);
    expect(fake.said).toEqual([
      '28090 killed (SIGKILL)',
      '28090 left the ring (view 4)',
      '28089 is now the primary (view 4)',
    ]);
    expect(states()).toEqual(['killed', 'running', 'running']);
  });

  it('says when the others do not close the ring', async () => {
    fake.ring.closesOver = false;
    expect(await fake.transcript('kill 28090')).toEqual([
      'failed: 28090 is killed, but 28089 and 28088 showed no view without it in 0.1 s: see status.',
    ]);
  });

  it('kills a paused one, and the last one', async () => {
    const lines = ['pause 28088', 'kill 28088', 'kill 28089', 'kill 28090'];
    expect(await fake.transcript(...lines)).toEqual([
      '',
      goesOnWithout(28_088),
      goesOnWithout(28_089),
      'No server is running any more: reboot one.',
    ]);
  });

  it('stops well, or says that it did not', async () => {
    fake.ring.deaf.add(28_089);
    expect(await fake.transcript('stop 28090', 'stop 28089')).toEqual([
      '',
      'failed: 28089 is still there 0.1 s after SIGTERM: kill it.',
    ]);
    expect(fake.said).toContain('28090 stopped');
    expect(states()).toEqual(['stopped', 'running', 'running']);
  });

  it('pauses and resumes', async () => {
    await fake.transcript('pause 28089');
    expect(states()).toEqual(['running', 'paused', 'running']);
    expect(await fake.transcript('resume 28089')).toEqual(['']);
    expect(fake.said).toContain('28089 resumed (SIGCONT)');
    expect(states()).toEqual(['running', 'running', 'running']);
  });

  it('refuses what makes no sense', async () => {
    expect(
      await fake.transcript(
        'resume 28090',
        'pause 28090',
        'pause 28090',
        'stop 28090',
        'kill 28090',
        'stop 28090',
      ),
    ).toEqual([
      'failed: 28090 is not paused: there is nothing to resume.',
      '',
      'failed: 28090 is already paused: resume or kill it.',
      '',
      'failed: 28090 is not running (stopped): reboot it first.',
      'failed: 28090 is not running (stopped): reboot it first.',
    ]);
    expect(fake.said).toContain('28090 stopped');
  });

  it('knows that a minority stands still where it has to', async () => {
    await fake.lab.close();
    fake = new FakeLab({ partition: 'primary' });
    await fake.start();
    fake.ring.closesOver = false;
    expect(await fake.transcript('kill 28090')).toEqual([
      'The ring does not go on without 28090: too few are left, which refuse writes until others are back.',
    ]);
    expect(fake.lab.troubled).toBe(false);
  });

  it('reports an end that nobody asked for', async () => {
    fake.ring.end(28_088, { code: null, signal: 'SIGKILL' });
    fake.ring.end(28_089, { code: 0, signal: null });
    await fake.lab.watcher.look();
    expect(states()).toEqual(['running', 'stopped', 'killed']);
    expect(fake.lab.troubled).toBe(false);
    fake.ring.end(28_090, { code: null, signal: 'SIGSEGV' });
    await fake.lab.watcher.look();
    expect(states()[0]).toBe('crashed');
    expect(fake.said.filter((line) => line.includes('unexpectedly'))).toHaveLength(2);
    expect(fake.lab.troubled).toBe(true);
  });

  it('ends everything, by force after the bound', async () => {
    fake.ring.deaf.add(28_089);
    await fake.run('pause 28088');
    await fake.lab.close();
    expect(states()).toEqual(['stopped', 'killed', 'stopped']);
    expect(fake.said.at(-1)).toBe('28089 did not end within 0.1 s of SIGTERM: killed');
    expect((await fake.run('reboot 28090')).kind).toBe('failed');
    expect(fake.ring.servers.size).toBe(0);
  });
});
