import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { listObjects } from '../support/processes/index.js';
import { Ccache } from './ccache.js';
import { describeWith } from './programs.js';
import { useSite } from './site.js';

describeWith('ccache', 'gcc')('ccache', () => {
  const site = useSite();
  let ccache: Ccache;
  let files: number;

  beforeEach(() => {
    ccache = new Ccache(join(site().directory, 'machine'));
    files = ccache.project.sources.length;
  });

  it.each([
    ['flat', /^flat\/[0-9a-z]{20,}$/],
    ['subdirs', /^subdirs\/[0-9a-z]{2}\/[0-9a-z]{20,}$/],
    ['bazel', /^bazel\/ac\/[0-9a-f]{64}$/],
  ])('hits for every file with its layout %s', async (layout, shape) => {
    const remote = `${site().url(1, layout)}|layout=${layout}`;
    expect(await ccache.buildAnew(remote)).toEqual({ misses: files, remoteHits: 0, remoteFailures: 0 });
    expect(await ccache.buildAnew(remote)).toEqual({ misses: 0, remoteHits: files, remoteFailures: 0 });
    const stored = [...(await listObjects(site().server(0).place, `${layout}/`)).keys()];
    expect(stored.length).toBeGreaterThanOrEqual(files);
    expect(stored.filter((key) => !shape.test(key))).toEqual([]);
  });

  it.each(['keep-alive=false', 'keep-alive=true'])('hits for every file with %s', async (option) => {
    const remote = `${site().url(2, option)}|${option}`;
    expect(await ccache.buildAnew(remote)).toMatchObject({ misses: files, remoteFailures: 0 });
    expect(await ccache.buildAnew(remote)).toEqual({ misses: 0, remoteHits: files, remoteFailures: 0 });
  });

  it('replaces what is stored when it is told to compile anew', async () => {
    const remote = site().url(0, 'again');
    await ccache.buildAnew(remote);
    const recached = await ccache.buildAnew(remote, { CCACHE_RECACHE: '1' });
    expect(recached).toMatchObject({ remoteHits: 0, remoteFailures: 0 });
    expect(await ccache.buildAnew(remote)).toEqual({ misses: 0, remoteHits: files, remoteFailures: 0 });
  });

  describe('with objects over 64 KiB', () => {
    it('hits for a file whose result has five MiB', async () => {
      ccache.project.write('main.c', 'char data[5 << 20] = {1};\nint main(void) { return 0; }\n');
      const plain = { CCACHE_NOCOMPRESS: '1' };
      const stored = await ccache.buildAnew(site().url(1, 'large'), plain);
      expect(stored).toEqual({ misses: files, remoteHits: 0, remoteFailures: 0 });
      const objects = ccache.objects();
      const hit = await ccache.buildAnew(site().url(2, 'large'), plain);
      expect(hit).toEqual({ misses: 0, remoteHits: files, remoteFailures: 0 });
      expect(ccache.objects().every((object, index) => object.equals(objects[index]!))).toBe(true);
    });
  });

  it('hits for every file also after the server that stored them was killed', async () => {
    const first = await ccache.buildAnew(site().url(0));
    expect(first).toEqual({ misses: files, remoteHits: 0, remoteFailures: 0 });
    const objects = ccache.objects();
    // No wait: the ring closes over the gap while ccache is asking already.
    await site().kill(0);
    const second = await ccache.buildAnew(site().url(1));
    expect(second).toEqual({ misses: 0, remoteHits: files, remoteFailures: 0 });
    expect(ccache.objects()).toEqual(objects);
    expect(await ccache.linkAndRun()).toBe(ccache.project.sumTimes(1));
  });

  it('compiles only what has changed', async () => {
    await ccache.buildAnew(site().url(1, 'changing'));
    ccache.project.setFactor(2);
    const changed = await ccache.buildAnew(site().url(1, 'changing'));
    expect(changed).toEqual({ misses: files - 1, remoteHits: 1, remoteFailures: 0 });
    const elsewhere = await ccache.buildAnew(site().url(2, 'changing'));
    expect(elsewhere).toEqual({ misses: 0, remoteHits: files, remoteFailures: 0 });
    expect(await ccache.linkAndRun()).toBe(ccache.project.sumTimes(2));
  });

  it('leaves no mistake in the logs of the servers', () => {
    expect(site().mistakes()).toEqual([]);
  });
});
