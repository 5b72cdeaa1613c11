import { beforeEach, describe, expect, it } from '@jest/globals';

import type { LogRecord } from '../replication/index.js';
import { Sharer } from './sharer.js';
import { entry, EVERYONE_KEEPS, version } from './testing/samples.js';
import { FakeRing } from './testing/fake-ring.js';

let ring: FakeRing;
let told: string[];
let followed: (LogRecord['kind'] | undefined)[];
let sharer: Sharer;

beforeEach(() => {
  ring = new FakeRing();
  [told, followed] = [[], []];
  sharer = make(false);
});

function make(isWritable: boolean): Sharer {
  const mirror = {
    follow: (_key: string, _entry: unknown, { kind }: LogRecord) => Promise.resolve(followed.push(kind) > 0),
  };
  return new Sharer(ring, isWritable ? mirror : null, { warn: (line: string) => void told.push(line) });
}

const know = (changes: Partial<LogRecord>) => void ring.records.set('f', version(changes));

describe('a file that the ring does not know', () => {
  it('is told, once', async () => {
    const file = entry();
    expect([await sharer.agree('f', file), file.isTold, sharer.isAgreed('f', file)]).toEqual([
      true,
      true,
      true,
    ]);
    await sharer.agree('f', file);
    expect(ring.written).toEqual(['put f digest-a']);
    expect(ring.committed('f')).toMatchObject({ holders: ['me'], size: 8 });
  });

  it('waits for its server to be a member, and for the ring to take it', async () => {
    const file = entry();
    ring.phase = 'joining';
    expect([await sharer.agree('f', file), await sharer.withdraw('f')]).toEqual([false, true]);
    ring.phase = 'member';
    for (const forced of [{ kind: 'unknown' }, { kind: 'not-done', reason: 'overloaded' }] as const) {
      ring.forced = forced;
      expect([await sharer.agree('f', file), file.isTold]).toEqual([false, false]);
    }
  });
});

describe('other content under its name', () => {
  it('makes it a conflict, which is told people once and listed once', async () => {
    know({});
    const file = entry({ digest: 'digest-b' });
    await sharer.agree('f', file);
    await sharer.agree('f', file);
    await sharer.agree('f', entry({ digest: 'digest-b' }));
    expect(ring.conflicts()).toEqual(['digest-b']);
    expect(told).toEqual([
      expect.stringMatching(/The file "f" differs from what other shares .* see \/conflicts/),
    ]);
  });

  it('has one conflict, of what the file holds by now', async () => {
    know(EVERYONE_KEEPS);
    await sharer.agree('f', entry({ digest: 'digest-b' }));
    await sharer.agree('f', entry({ digest: 'digest-c' }));
    expect([ring.conflicts(), told.length]).toEqual([['digest-c'], 2]);
    expect(told[0]).toContain('differs from the object under this name');
    await sharer.agree('f', entry());
    expect(ring.conflicts()).toEqual([]);
  });

  it('is over when the other one becomes the same', async () => {
    know({});
    const file = entry({ digest: 'digest-b' });
    await sharer.agree('f', file);
    know({ digest: 'digest-b' });
    await sharer.agree('f', file);
    expect([ring.committed('f')!.holders, ring.conflicts()]).toEqual([['other', 'me'], []]);
  });

  it('is taken when the other one is gone, and then is no conflict', async () => {
    know({});
    const file = entry({ digest: 'digest-b' });
    await sharer.agree('f', file);
    know({ kind: 'expire' });
    expect(sharer.isAgreed('f', file)).toBe(false);
    await sharer.agree('f', file);
    expect([ring.committed('f')!.digest, ring.conflicts()]).toEqual(['digest-b', []]);
  });
});

describe('a file that has changed', () => {
  it('takes the place of what it held before, also when it is a conflict already', async () => {
    know({});
    await sharer.agree('f', entry({ digest: 'digest-b' }));
    know({ holders: ['me'] });
    await sharer.agree('f', entry({ digest: 'digest-b' }));
    expect([ring.committed('f')!.digest, ring.conflicts()]).toEqual(['digest-b', []]);
  });

  it('takes the place of the object that it was a copy of', async () => {
    know(EVERYONE_KEEPS);
    await sharer.agree('f', entry({ digest: 'digest-b', former: 'digest-a' }));
    expect([ring.committed('f')!.holders, ring.conflicts()]).toEqual([['me'], []]);
  });

  it('never takes the place of what another server shares as it was', async () => {
    know({ holders: ['other', 'me'] });
    ring.write = (operation) => {
      const outcome = FakeRing.prototype.write.call(ring, operation);
      if (operation.kind === 'delete') know({ holders: ['other'] });
      return outcome;
    };
    await sharer.agree('f', entry({ digest: 'digest-b', former: 'digest-a' }));
    expect([ring.written[0], ring.conflicts()]).toEqual(['delete f digest-a', ['digest-b']]);
  });
});

describe('what a client makes of it', () => {
  it.each([[EVERYONE_KEEPS], [{ kind: 'delete' }]] as const)(
    'is followed by a directory that may be written: %j',
    async (changes) => {
      know({ ...changes, digest: 'digest-o' });
      const file = entry({ isTold: true });
      expect([await sharer.agree('f', file), sharer.isAgreed('f', file)]).toEqual([true, true]);
      sharer = make(true);
      expect([await sharer.agree('f', file), sharer.isAgreed('f', file)]).toEqual([true, false]);
      expect([followed.length, ring.written]).toEqual([1, []]);
    },
  );
});

it('never lets a file that is a conflict be overwritten or removed', async () => {
  know({ ...EVERYONE_KEEPS, digest: 'digest-o' });
  const file = entry();
  sharer = make(true);
  for (let count = 0; count < 2; count++) await sharer.agree('f', file);
  expect([ring.conflicts(), sharer.isAgreed('f', file)]).toEqual([['digest-a'], true]);
  know({ kind: 'delete' });
  await sharer.agree('f', file);
  expect([ring.committed('f')!.digest, ring.conflicts(), followed]).toEqual(['digest-a', [], []]);
});

describe('a file that is gone', () => {
  it('is withdrawn, also as a conflict, and nothing that is not its own', async () => {
    know({});
    await sharer.agree('f', entry({ digest: 'digest-b' }));
    expect(await sharer.withdraw('f')).toBe(true);
    expect([ring.conflicts(), ring.committed('f')!.kind]).toEqual([[], 'put']);
    know({ holders: ['me'] });
    await sharer.withdraw('f');
    expect(ring.committed('f')!.kind).toBe('expire');
    know({ ...EVERYONE_KEEPS });
    ring.written.length = 0;
    await sharer.withdraw('f');
    expect(ring.written).toEqual([]);
  });

  it('is withdrawn later when the ring does not take it', async () => {
    know({ holders: ['me'] });
    ring.forced = { kind: 'unknown' };
    expect(await sharer.withdraw('f')).toBe(false);
    ring.phase = 'returning';
    expect(await sharer.withdraw('f')).toBe(false);
  });
});
