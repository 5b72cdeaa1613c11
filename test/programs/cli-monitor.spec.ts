import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import { MonitorProgram, type Told } from '../support/cli/monitor-program.js';
import { freePorts, LabProgram } from '../support/lab/lab-program.js';
import { programDirectory, transpile } from '../support/lab/transpile.js';
import { startRing } from '../support/rings/ring.js';

/** `script` lends a terminal. */
const onTerminal = spawnSync('script', ['--version']).status === 0 ? describe : describe.skip;

let directory: string;
let dist: string;
let lab: LabProgram | undefined;
let monitor: MonitorProgram | undefined;

beforeAll(() => {
  directory = programDirectory('monitor-');
  dist = transpile('src', directory);
});
afterAll(() => rmSync(directory, { recursive: true, maxRetries: 5 }));
afterEach(async () => {
  await monitor?.end();
  if (lab !== undefined) {
    lab.signal('SIGKILL');
    await lab.exit();
  }
  lab = monitor = undefined;
});

const urlOf = (port: number): string => `http://127.0.0.1:${port}`;

function watch(port: number, ...words: string[]): MonitorProgram {
  monitor = new MonitorProgram(dist, ['--server', urlOf(port), '--interval', '0.2', ...words]);
  return monitor;
}

async function startLab(ports: readonly number[]): Promise<LabProgram> {
  lab = new LabProgram(dist, ['--ports', ports.join()], { TMPDIR: directory });
  lab.type('status');
  await lab.shows(/^View \d+: /m);
  return lab;
}

async function putSeveral(port: number, count: number): Promise<void> {
  for (let number = 1; number <= count; number++) {
    const { status } = await fetch(`${urlOf(port)}/objects/${port}/${number}`, { method: 'PUT', body: 'x' });
    expect(status).toBe(201);
  }
}

const of = (told: readonly Told[], event: string): Told[] => told.filter((one) => one.event === event);
const putsOf = (told: readonly Told[]): number =>
  of(told, 'writes').reduce((sum, { puts }) => sum + Number(puts), 0);

describe('a monitor that reads the events of the primary', () => {
  test('sees its death, and goes on at another server with nothing lost or doubled', async () => {
    const ports = await freePorts(3);
    const [first, second, third] = ports as [number, number, number];
    const running = await startLab(ports);
    const json = watch(first, '--json');
    const through = await json.tells('watching');
    expect(through).toMatchObject({ url: urlOf(first), before: null });
    await json.tells('heartbeat', ({ server, inFlight }) => server === `lab-${third}` && inFlight !== null);
    await putSeveral(third, 5);
    await json.shows('five puts', () => putsOf(json.told) === 5 || undefined);

    running.type(`kill ${first}`);
    expect(await json.tells('left')).toMatchObject({ server: `lab-${first}` });
    expect(await json.tells('promoted')).toMatchObject({ server: `lab-${second}` });
    await running.shows(new RegExp(`^The ring goes on without ${first}, `, 'm'));
    await putSeveral(second, 3);
    expect(await json.tells('watching', ({ before }) => before === `lab-${first}`)).toMatchObject({
      server: expect.stringMatching(new RegExp(`^lab-(${second}|${third})$`)),
    });
    await json.shows('three more', () => putsOf(json.told) === 8 || undefined);
    const dead = await json.tells(
      'heartbeat',
      ({ server, state }) => server === `lab-${first}` && state !== 'up',
    );
    expect(dead).toMatchObject({ port: first, role: null, state: 'dead' });
    await json.tells('heartbeat', ({ server, role }) => server === `lab-${second}` && role === 'primary');

    running.type(`reboot ${first}`);
    expect(await json.tells('joined')).toMatchObject({ server: `lab-${first}` });
    expect(await json.end('SIGTERM')).toBe(130);
    const { told } = json;
    expect(['left', 'promoted', 'joined', 'gap'].map((event) => of(told, event).length)).toEqual([
      1, 1, 1, 0,
    ]);
    expect(putsOf(told)).toBe(8);
    expect(of(told, 'heartbeat')[0]).toEqual({
      time: expect.any(String),
      event: 'heartbeat',
      server: `lab-${first}`,
      url: urlOf(first),
      port: first,
      role: 'primary',
      state: 'up',
      heard: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      view: expect.any(Number),
      revision: 0,
      requestsPerSecond: null,
      inFlight: expect.any(Number),
    });
  });
});

describe('no server at all', () => {
  test('is said plainly, and tried until there is one', async () => {
    const ports = await freePorts(1);
    const lines = watch(ports[0]!);
    const line = await lines.shows('no server', () => lines.lines.find((text) => text.includes('no server')));
    expect(line).toMatch(
      /^\d\d:\d\d:\d\d {2}no server {4}none answers \(127\.0\.0\.1:\d+: .*ECONNREFUSED.*\); it is tried/,
    );
    await startLab(ports);
    await lines.shows('back', () =>
      lines.lines.find((text) => / {2}back {9}servers answer again, after /.test(text)),
    );
    await lines.shows('ring', () => lines.lines.find((text) => text.includes(`view 1: lab-${ports[0]}`)));
    await lines.shows('heartbeats', () =>
      lines.lines.find((text) => text.includes(`lab-${ports[0]} ${ports[0]} primary up `)),
    );
    expect(lines.output).not.toContain('\u001B');
    expect(await lines.end('SIGINT')).toBe(130);
    expect(lines.errors).toBe('Interrupted.\n');
  });
});

describe('it ends', () => {
  test('when whoever read its output has gone', async () => {
    const [port] = await freePorts(1);
    const json = watch(port!, '--json');
    await json.tells('unreachable');
    json.closeOutput();
    await startLab([port!]);
    expect(await json.exit()).toBe(0);
  });

  test('at once where it has not the right token, and says so', async () => {
    const ring = await startRing(1, { environment: { AUTH_TOKEN: 'write', READ_TOKEN: 'read' } });
    const lines = watch(Number(new URL(ring.urls[0]!).port), '--token', 'wrong');
    const code = await lines.exit();
    await ring.stop();
    expect(code).toBe(1);
    expect(lines.errors).toMatch(
      /^The servers ask for another token \(.*\): give it by --token or RINGLET_TOKEN\.\n$/,
    );
  });
});

onTerminal('on a terminal', () => {
  test('it ends by a key, and leaves everything as it was', async () => {
    const [port] = await freePorts(1);
    const command = `${process.execPath} ${join(dist, 'cli', 'main.js')} monitor --server ${urlOf(port!)}`;
    // The key comes while it still looks for a server.
    const { stdout, status } = spawnSync(
      'script',
      ['-qec', `stty cols 60 rows 10; ${command}`, '/dev/null'],
      {
        input: 'q',
        encoding: 'utf8',
        timeout: 20_000,
        env: { PATH: process.env['PATH'], TERM: 'xterm', NO_COLOR: '1' },
      },
    );
    expect(status).toBe(0);
    expect(stdout).toContain('\u001B[?1049h');
    expect(stdout).toContain('Looking for a server');
    expect(stdout.trimEnd().endsWith('\u001B[?7h\u001B[?25h\u001B[?1049l')).toBe(true);
  });
});
