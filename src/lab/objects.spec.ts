import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeLab } from '../../test/support/lab/fake-lab.js';

describe('put and get', () => {
  let fake: FakeLab;
  beforeEach(async () => {
    fake = new FakeLab();
    await fake.start();
  });
  afterEach(() => fake.lab.close());

  it('go to the primary', async () => {
    await fake.transcript('put a 1', 'kill 28090', 'get a');
    expect(fake.ring.tried).toEqual(['put 28090', 'get 28089']);
  });

  it('go on to the next when one is silent or refuses', async () => {
    fake.ring.mute.add(28_090);
    fake.ring.refusing.add(28_089);
    expect(await fake.transcript('put a 1')).toEqual(['a is stored, by way of 28088 (revision 9)']);
    expect(fake.ring.tried).toEqual(['put 28090', 'put 28089', 'put 28088']);
  });

  it('leave out paused servers', async () => {
    await fake.transcript('pause 28090', 'put a 1');
    expect(fake.ring.tried).toEqual(['put 28089']);
  });

  it('give up after a bound, with the last reason', async () => {
    for (const port of [28_090, 28_089, 28_088]) fake.ring.refusing.add(port);
    expect((await fake.transcript('put a 1'))[0]).toMatch(
      /^failed: No server answered within 0.2 s \(280\d\d: 503, No acknowledgement possible\): see status\.$/,
    );
  });

  it('say that there is no such object, and that a key is wrong', async () => {
    expect(await fake.transcript('get none', 'get ../ring', 'put .. 1')).toEqual([
      'failed: There is no object none: put it first.',
      'failed: A URL cannot carry the key ../ring: leave out "." and ".." between slashes.',
      'failed: A URL cannot carry the key ..: leave out "." and ".." between slashes.',
    ]);
    expect(fake.ring.tried).toEqual(['get 28090']);
  });
});
