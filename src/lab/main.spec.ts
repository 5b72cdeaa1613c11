import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { allGone, freePorts, isAlive, LabProgram } from '../../test/support/lab/lab-program.js';
import { until } from './wait.js';
import { transpile } from '../../test/support/lab/transpile.js';

jest.setTimeout(60_000);

/** The whole program with real processes; only the servers' program is a fake one. */
describe('the lab as a program', () => {
  let directory: string;
  let dist: string;
  let temporaryDirectory: string;
  let ports: number[];
  let lab: LabProgram;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'lab-program-'));
    symlinkSync(resolve('node_modules'), join(directory, 'node_modules'));
    temporaryDirectory = join(directory, 'tmp');
    dist = transpile('src', directory, 'lab');
    cpSync('test/support/lab/fake-server.mjs', join(dist, 'main.js'));
  });
  afterAll(() => rmSync(directory, { recursive: true, maxRetries: 5 }));
  beforeEach(async () => {
    ports = await freePorts(3);
    rmSync(temporaryDirectory, { recursive: true, force: true });
    mkdirSync(temporaryDirectory);
  });
  afterEach(() => lab.signal('SIGKILL'));

  /** What the lab keeps for as long as it runs. */
  const temporary = () => readdirSync(temporaryDirectory);

  let rings = 0;
  const start = (environment: NodeJS.ProcessEnv = {}) => {
    const FAKE_RING = join(directory, `ring-${++rings}`);
    lab = new LabProgram(dist, ['--ports', ports.join()], {
      FAKE_RING,
      TMPDIR: temporaryDirectory,
      ...environment,
    });
    return lab;
  };

  it('runs a script and leaves nothing', async () => {
    start().script('put a 1', `kill ${ports[0]}`, 'get a', `reboot ${ports[0]}`, 'status');
    expect(await lab.exit()).toBe(0);
    expect(lab.errors).toBe('');
    expect(lab.output).toMatch(
      new RegExp(
        `${ports[0]} killed[^]*${ports[1]} is now the primary[^]*goes on without ${ports[0]}, .*\n> get a\n1\n[^]*${ports[0]} is ready`,
      ),
    );
    expect(lab.pids()).toHaveLength(3);
    expect(await allGone(lab.pids())).toBe(true);
    expect(temporary()).toEqual([]);
  });

  it('takes along a server that somebody else has stopped', async () => {
    start().type('status');
    await lab.shows(/^View .*$/m);
    const pids = lab.pids();
    process.kill(pids[1]!, 'SIGSTOP');
    lab.signal('SIGKILL');
    expect(await allGone(pids)).toBe(true);
    expect(await until(() => temporary().length === 0, 5_000, 50)).toBe(true);
  });

  it('ends when npm is killed, whose shell stays', async () => {
    // Its input must not end with npm, or the lab would end as after a script.
    const INPUT = join(directory, 'input');
    execFileSync('mkfifo', [INPUT]);
    const environment = { FAKE_RING: join(directory, 'npm'), TMPDIR: temporaryDirectory, INPUT };
    const shell = `"$0" "$@" <>"$INPUT"; exit 0`;
    lab = new LabProgram(dist, ['--ports', ports.join()], { ...environment, npm_lifecycle_event: 'lab' }, [
      '/bin/sh',
      '-c',
      `/bin/sh -c '${shell}' "$0" "$@"; exit 0`,
    ]);
    await lab.shows(/ready after/);
    const pids = [...lab.output.matchAll(/started \(pid (\d+)\)/g)].map(([, pid]) => Number(pid));
    expect(pids).toHaveLength(3);
    lab.signal('SIGKILL');
    const gone = await allGone(pids);
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    expect(gone).toBe(true);
    expect(await until(() => temporary().length === 0, 5_000, 50)).toBe(true);
  });

  it('ends well when nobody reads what it says', async () => {
    start().type('status');
    await lab.shows(/^View .*$/m);
    const pids = lab.pids();
    lab.deafen();
    lab.type('status');
    expect(await lab.exit()).toBe(141);
    expect(await allGone(pids)).toBe(true);
    expect(temporary()).toEqual([]);
  });

  it('explains itself, and refuses what it does not know', async () => {
    lab = new LabProgram(dist, ['--help']);
    expect(await lab.exit()).toBe(0);
    expect(lab.output).toMatch(/^Usage: npm run lab -- [^]*\n {2}npm run lab -- --servers 5 /);
    for (const line of lab.output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    lab = new LabProgram(dist, ['--sevrers', '5']);
    expect(await lab.exit()).toBe(2);
    expect(lab.errors).toBe(
      "Unknown option '--sevrers' (Did you mean --servers?); see npm run lab -- --help.\n",
    );
    lab = new LabProgram(dist, ['--servers', '0']);
    expect([await lab.exit(), lab.errors]).toEqual([2, expect.stringMatching(/^The lab runs 1 to 64/)]);
  });

  it('says what is wrong with a directory for data', async () => {
    lab = new LabProgram(dist, ['--ports', ports.join(), '--data-dir', 'package.json']);
    expect(await lab.exit()).toBe(1);
    expect(lab.errors).toMatch(
      /^The directory .*package\.json cannot be used .*: name another with --data-dir\.\n$/,
    );
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
      await lab.shows(/ paused \(SIGSTOP\)$/m);
      const pids = lab.pids();
      expect(pids).toHaveLength(3);
      lab.signal(signal);
      expect(await allGone(pids)).toBe(true);
      expect(await until(() => temporary().length === 0, 5_000, 50)).toBe(true);
      expect(await lab.exit()).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGKILL: 'SIGKILL' }[signal]);
    },
  );

  it('names a taken port and starts nothing', async () => {
    const other = createServer();
    await new Promise<void>((listens) => other.listen(ports[1], '127.0.0.1', listens));
    expect(await start().exit()).toBe(1);
    other.close();
    expect(lab.errors).toMatch(
      new RegExp(`^Port ${ports[1]}, which lab-${ports[1]} needs, is taken by another program: .* --port\\.`),
    );
    expect(lab.output).toBe('');
    expect(temporary()).toEqual([]);
  });

  it('shows why a server did not start, and ends', async () => {
    expect(await start({ FAKE_CRASH: String(ports[1]) }).exit()).toBe(1);
    expect(lab.output).toContain('\n  a fake reason to end\n');
    expect(lab.errors).toContain(`${ports[1]} ended before being ready`);
  });
});
