import { describe, expect, it } from '@jest/globals';
import { conflictsOf } from './conflicts.js';
import { etagOf, IN_DIRECTORY, type LogRecord, type Operation } from './record.js';
import { type Bench, durableRing, ring } from './testing/bench.js';
import { bytes, put, remove, TestDigest } from './testing/fixtures.js';

function digestOf(text: string): string {
  const digest = new TestDigest();
  digest.update(bytes(text));
  return digest.finish();
}

/** Puts the file into the directory of this server, which says so. */
function share(bench: Bench, name: string, key: string, text: string, known?: LogRecord): number {
  const files = bench.directories.get(name) ?? new Map();
  bench.directories.set(name, files.set(key, { digest: digestOf(text), pieces: [bytes(text)] }));
  const condition = known && ({ kind: 'match', etags: [etagOf(known)] } as const);
  const operation: Operation = { ...put(key, text, condition), body: null, replicas: IN_DIRECTORY };
  const ticket = bench.write(name, { ...operation, digest: digestOf(text) });
  bench.run(200);
  return ticket;
}

function withdraw(bench: Bench, name: string, key: string, text: string): number {
  bench.directories.get(name)?.delete(key);
  const ticket = bench.write(name, { ...remove(key), digest: digestOf(text), replicas: IN_DIRECTORY });
  bench.run(200);
  return ticket;
}

/** What a read by way of this server ends with: the text, or why there is none. */
function read(bench: Bench, name: string, key: string): string {
  const ticket = bench.read(name, key);
  bench.run(400);
  const outcome = bench.outcome(ticket);
  if (outcome?.kind !== 'object')
    return outcome?.kind === 'unavailable' ? outcome.reason : `${outcome?.kind}`;
  const { body, revision } = outcome.record;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  const { stored, pieces } = body!;
  const places = stored?.kind === 'file' ? [stored] : [{ kind: 'records', revision } as const, stored!];
  const found = pieces[0] ?? places.map((place) => bench.pieceOf(name, place, 0)).find(Boolean) ?? null;
  return found === null ? 'changed' : new TextDecoder().decode(found);
}

function listed(bench: Bench, name: string, prefix = ''): string[] {
  return bench.replicas
    .get(name)!
    .list(prefix, null, 100)
    .map(({ key, holders }) => `${key} ${holders.join(',')}`);
}

describe.each<[string, (size: number) => Bench]>([
  ['without disks', ring],
  ['with disks', durableRing],
])('A ring %s whose servers share files', (_, make) => {
  it('lists them everywhere, and sends them to who asks', () => {
    const bench = make(3);
    share(bench, 'b', 'f', 'of b');
    for (const name of ['a', 'b', 'c']) {
      expect(listed(bench, name)).toEqual(['f b']);
      expect(bench.status(name).full).toBe(true);
    }
    expect(['a', 'b', 'c'].map((name) => read(bench, name, 'f'))).toEqual(['of b', 'of b', 'of b']);
    expect(
      bench.delivered.some(({ message }) => message.kind === 'submit' && message.operation.body !== null),
    ).toBe(false);
  });

  it('takes the next version of a file, and not one that somebody else has meanwhile', () => {
    const bench = make(3);
    share(bench, 'b', 'f', 'first');
    share(bench, 'b', 'f', 'second');
    expect(['a', 'b', 'c'].map((name) => read(bench, name, 'f'))).toEqual(['second', 'second', 'second']);
    bench.write('c', put('f', 'of a client'));
    bench.run(200);
    share(bench, 'b', 'f', 'third');
    expect(read(bench, 'a', 'f')).toBe('of a client');
    const [conflict] = bench.replicas.get('a')!.list(conflictsOf('f'), null, 10);
    expect(conflict!.holders).toEqual(['b']);
    expect(read(bench, 'a', conflict!.key)).toBe('third');
  });

  it('takes a changed file in the place of the object that it was a copy of', () => {
    const bench = make(2);
    bench.write('a', put('f', 'of a client'));
    bench.run(200);
    const known = bench.replicas.get('b')!.committed('f')!;
    share(bench, 'b', 'f', 'changed', known);
    expect(read(bench, 'a', 'f')).toBe('changed');
    expect(listed(bench, 'a')).toEqual(['f b']);
  });

  it('has one object of the same file at two servers, until the last of them has it no more', () => {
    const bench = make(3);
    share(bench, 'a', 'f', 'same');
    const { etag } = { etag: etagOf(bench.replicas.get('c')!.committed('f')!) };
    share(bench, 'b', 'f', 'same');
    expect(listed(bench, 'c')).toEqual(['f a,b']);
    expect(etagOf(bench.replicas.get('c')!.committed('f')!)).toBe(etag);
    withdraw(bench, 'a', 'f', 'same');
    expect(listed(bench, 'c')).toEqual(['f b']);
    expect(read(bench, 'a', 'f')).toBe('same');
    withdraw(bench, 'b', 'f', 'same');
    expect([listed(bench, 'c'), read(bench, 'c', 'f')]).toEqual([[], 'absent']);
  });

  it('keeps other content under the same name as a conflict', () => {
    const bench = make(3);
    share(bench, 'a', 'f', 'of a');
    share(bench, 'b', 'f', 'of b');
    expect(read(bench, 'c', 'f')).toBe('of a');
    const [conflict] = bench.replicas.get('c')!.list(conflictsOf('f'), null, 10);
    expect(read(bench, 'c', conflict!.key)).toBe('of b');
  });

  it('forgets the files of a server that is gone, and keeps those that another one has as well', () => {
    const bench = make(3);
    share(bench, 'c', 'only', 'of c');
    share(bench, 'c', 'both', 'same');
    share(bench, 'b', 'both', 'same');
    bench.kill('c');
    bench.run(4000);
    expect([listed(bench, 'a'), read(bench, 'a', 'only')]).toEqual([['both b'], 'absent']);
    expect(read(bench, 'a', 'both')).toBe('same');
  });

  it('says that a file is not to be had while it is not as it was, and passes no mixture on', () => {
    const bench = make(3);
    share(bench, 'b', 'f', 'first');
    bench.directories.get('b')!.set('f', { digest: digestOf('second'), pieces: [bytes('second')] });
    expect(read(bench, 'c', 'f')).toBe('no-holder');
    bench.directories.get('b')!.set('f', { digest: digestOf('first'), pieces: [bytes('other')] });
    expect(read(bench, 'a', 'f')).not.toBe('other');
  });

  it('lets a client write and delete what was a file', () => {
    const bench = make(3);
    share(bench, 'b', 'f', 'of b');
    bench.write('c', put('f', 'of a client'));
    bench.run(200);
    expect(['a', 'b', 'c'].map((name) => read(bench, name, 'f'))).toEqual(Array(3).fill('of a client'));
    withdraw(bench, 'b', 'f', 'of b');
    expect(read(bench, 'a', 'f')).toBe('of a client');
    share(bench, 'b', 'g', 'of b');
    bench.write('a', remove('g'));
    bench.run(200);
    expect(read(bench, 'c', 'g')).toBe('absent');
  });

  it('tells a newcomer of the files', () => {
    const bench = make(2);
    share(bench, 'b', 'f', 'of b');
    bench.add('e', 1, ['a']);
    bench.run(2000);
    expect(bench.status('e').full).toBe(true);
    expect(read(bench, 'e', 'f')).toBe('of b');
  });
});

describe('A server that comes back with its disk', () => {
  it('has its files where they were', () => {
    const bench = durableRing(3);
    share(bench, 'b', 'f', 'of b');
    for (const name of ['a', 'b', 'c']) bench.kill(name);
    for (const name of ['b', 'c', 'a']) bench.restart(name);
    bench.run(8000);
    expect(['a', 'b', 'c'].map((name) => read(bench, name, 'f'))).toEqual(['of b', 'of b', 'of b']);
  });
});
