import { existsSync, mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeLab, fakePorts } from '../../test/support/lab/fake-lab.js';
import { Session } from './session.js';

describe('a session', () => {
  let fake: FakeLab;
  let session: Session;
  let complaints: string[];

  beforeEach(() => {
    fake = new FakeLab();
    complaints = [];
    const screen = {
      say: (line: string) => fake.said.push(line),
      complain: (line: string) => complaints.push(line),
    };
    session = new Session(fake.lab, screen);
  });
  afterEach(() => session.end(0));

  it('starts, runs lines, and leaves nothing', async () => {
    mkdirSync(fake.lab.parts.directory);
    expect(await session.start(fakePorts)).toBe('ready');
    expect(await session.execute('put a 1')).toBe('done');
    expect(await session.execute('get b')).toBe('failed');
    expect(await session.execute('quit')).toBe('quit');
    expect(complaints).toEqual(['There is no object b: put it first.']);
    expect(await session.end(0)).toBe(0);
    expect(fake.ring.servers.size).toBe(0);
    expect(existsSync(fake.lab.parts.directory)).toBe(false);
  });

  it('keeps the logs when something failed', async () => {
    await session.start(fakePorts);
    expect(await session.end(1)).toBe(1);
    expect(fake.said.at(-1)).toBe(`The logs stay in ${fake.lab.parts.directory}`);
  });

  it('tells a server that ended from one that is late', async () => {
    fake.ring.notReady.add(fakePorts[2]!);
    expect(await session.start(fakePorts)).toBe('late');
    await session.end(0);
    fake = new FakeLab();
    fake.ring.crashing.add(fakePorts[1]!);
    session = new Session(fake.lab, { say: () => undefined, complain: () => undefined });
    expect(await session.start(fakePorts)).toBe('failed');
  });

  it('runs and shows nothing more once it ends', async () => {
    await session.start(fakePorts);
    fake.ring.closesOver = false;
    const running = session.execute('kill 28090');
    const ended = session.end(0);
    expect(await running).toBe('quit');
    expect(await session.execute('status')).toBe('quit');
    expect(complaints).toEqual([]);
    await ended;
  });

  it('ends at once when it is interrupted twice', async () => {
    await session.start(fakePorts);
    for (const port of fakePorts) fake.ring.deaf.add(port);
    const first = session.interrupt(143);
    expect(fake.ring.servers.size).toBe(3);
    void session.interrupt(130);
    expect(fake.ring.servers.size).toBe(0);
    expect(await first).toBe(143);
  });
});
