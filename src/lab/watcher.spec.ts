import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeLab } from '../../test/support/lab/fake-lab.js';

describe('the watcher', () => {
  let fake: FakeLab;
  afterEach(() => fake.lab.close());

  it('says each change once, without being asked', async () => {
    fake = new FakeLab();
    await fake.start();
    fake.said.length = 0;
    fake.ring.end(28_090, { code: null, signal: 'SIGKILL' });
    await sleep(40);
    expect(fake.said.slice(1)).toEqual(['28090 left the ring (view 4)', '28089 is now the primary (view 4)']);
  });

  it('waits before it believes an older view', async () => {
    fake = new FakeLab();
    await fake.start();
    fake.said.length = 0;
    fake.ring.view = 2;
    await fake.lab.watcher.look();
    fake.ring.view = 9;
    await fake.lab.watcher.look();
    expect(fake.said).toEqual([]);
  });

  it('does not count what a server said before it was paused', async () => {
    fake = new FakeLab();
    await fake.start();
    const look = fake.lab.watcher.look();
    await sleep(0);
    const again = fake.lab.watcher.look();
    fake.lab.find('28088')!.pause();
    await look;
    expect([...(await again).keys()]).toEqual([28_090, 28_089]);
  });

  it('says nothing once it is stopped', async () => {
    fake = new FakeLab();
    await fake.start();
    fake.lab.watcher.stop();
    fake.said.length = 0;
    await fake.run('kill 28090');
    expect(fake.said).toEqual(['28090 killed (SIGKILL)']);
  });

  it('listens to every server, and again when a stream ended', async () => {
    fake = new FakeLab();
    await fake.start();
    fake.said.length = 0;
    const suspected = {
      kind: 'suspected',
      id: 'x',
      name: 'lab-28088',
      view: 3,
      reason: 'it is silent',
    } as const;
    fake.ring.hangUp(28_090);
    fake.ring.tell(28_090, suspected);
    expect(fake.said).toEqual([]);
    await sleep(40);
    fake.ring.tell(28_090, suspected);
    fake.ring.tell(28_089, suspected);
    expect(fake.said).toEqual(['28090 suspects 28088: it is silent']);
  });

  it('tells of conflicts', async () => {
    fake = new FakeLab();
    await fake.start();
    fake.ring.conflicts = [{ key: 'a', revision: 4 }];
    await sleep(40);
    fake.ring.conflicts = [];
    await sleep(40);
    expect(fake.said.slice(-2)).toEqual([
      'Conflict over a: what lost is kept as /conflicts/a?revision=4',
      'A conflict over a is settled',
    ]);
  });
});
