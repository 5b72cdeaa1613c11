import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { allGone, freePorts, LabProgram } from '../../test/support/lab/lab-program.js';
import { transpile } from '../../test/support/lab/transpile.js';

jest.setTimeout(60_000);

/** The whole program with real processes; only the servers' program is a fake one. */
describe('the lab as a program', () => {
  let directory: string;
  let dist: string;
  let ports: number[];
  let lab: LabProgram;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'lab-program-'));
    dist = transpile('src', directory, 'lab');
    cpSync('test/support/lab/fake-server.mjs', join(dist, 'main.js'));
  });
  afterAll(() => rmSync(directory, { recursive: true, maxRetries: 5 }));
  beforeEach(async () => {
    ports = await freePorts(3);
  });
  afterEach(() => lab.signal('SIGKILL'));

  let rings = 0;
  const start = (environment: NodeJS.ProcessEnv = {}) => {
    const FAKE_RING = join(directory, `ring-${++rings}`);
    lab = new LabProgram(dist, ports, { FAKE_RING, TMPDIR: directory, ...environment });
    return lab;
  };

  it('runs a script and leaves nothing', async () => {
    start().script('put a 1', `kill ${ports[0]}`, 'get a', `reboot ${ports[0]}`, 'status');
    expect(await lab.exit()).toBe(0);
    expect(lab.errors).toBe('');
    expect(lab.output).toMatch(
      new RegExp(
        `${ports[1]} is now the primary[^]*${ports[0]} killed\n> get a\n1\n[^]*${ports[0]} is ready`,
      ),
    );
    expect(lab.pids()).toHaveLength(3);
    expect(await allGone(lab.pids())).toBe(true);
  });

  it('exits with 1 when a command failed', async () => {
    expect(await start().script('get none', 'status').exit()).toBe(1);
    expect(lab.errors).toBe('There is no object none: put it first.\n');
    expect(lab.output).toMatch(/View \d+: .*\nThe logs stay in /);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'takes its servers along at %s',
    async (signal) => {
      start().type('status');
      await lab.shows(/^View .*$/m);
      lab.type(`pause ${ports[2]}`);
      await lab.shows(/ paused$/m);
      const pids = lab.pids();
      expect(pids).toHaveLength(3);
      lab.signal(signal);
      expect(await allGone(pids)).toBe(true);
      expect(await lab.exit()).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGKILL: 'SIGKILL' }[signal]);
    },
  );

  it('names a taken port and starts nothing', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(ports[1], '127.0.0.1', resolve));
    expect(await start().exit()).toBe(1);
    other.close();
    expect(lab.errors).toMatch(new RegExp(`^Port ${ports[1]} is taken by another program: `));
    expect(lab.output).toBe('');
  });

  it('shows why a server did not start, and ends', async () => {
    expect(await start({ FAKE_CRASH: String(ports[1]) }).exit()).toBe(1);
    expect(lab.output).toContain('\n  a fake reason to end\n');
    expect(lab.errors).toContain(`${ports[1]} ended before being ready`);
  });
});
