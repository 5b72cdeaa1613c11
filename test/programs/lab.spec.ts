import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { allGone, freePorts, LabProgram } from '../support/lab/lab-program.js';
import { programDirectory, transpile } from '../support/lab/transpile.js';

const ringAt = async (port: number) => {
  const answer = await fetch(`http://127.0.0.1:${port}/ring`);
  return (await answer.json()) as { primary: string; view: number; members: { name: string }[] };
};
const objectAt = async (port: number) => (await fetch(`http://127.0.0.1:${port}/objects/a`)).text();

describe('the lab and its servers', () => {
  let directory: string;
  let dist: string;
  let ports: number[];
  let lab: LabProgram;

  beforeAll(() => {
    directory = programDirectory('lab-');
    dist = transpile('src', directory);
  });
  afterAll(() => rmSync(directory, { recursive: true, maxRetries: 5 }));
  beforeEach(async () => {
    ports = await freePorts(3);
    lab = new LabProgram(dist, ['--ports', ports.join()], { TMPDIR: directory });
  });
  afterEach(() => lab.signal('SIGKILL'));

  it('shows a ring of three, and promotion down to the last server and back', async () => {
    const [first, second, third] = ports as [number, number, number];
    lab.type('status');
    await lab.shows(
      new RegExp(
        `^${first} .* primary [^]*^${second} .* backup 1 [^]*^${third} .* backup 2 [^]*^View \\d+: 3 members`,
        'm',
      ),
    );
    const stored = await fetch(`http://127.0.0.1:${third}/objects/a`, { method: 'PUT', body: 'one' });
    expect(stored.status).toBe(201);
    for (const port of ports) expect(await objectAt(port)).toBe('one');

    lab.type(`kill ${first}`);
    await lab.shows(new RegExp(`^The ring goes on without ${first}, `, 'm'));
    expect(await ringAt(second)).toMatchObject({ primary: `lab-${second}` });
    lab.type(`kill ${second}`);
    await lab.shows(new RegExp(`^The ring goes on without ${second}, `, 'm'));
    expect((await ringAt(third)).members.map(({ name }) => name)).toEqual([`lab-${third}`]);
    expect(await objectAt(third)).toBe('one');

    lab.type(`reboot ${first}`);
    lab.type(`reboot ${second}`);
    await lab.shows(new RegExp(`^${second} is ready `, 'm'));
    const views = await Promise.all(ports.map(ringAt));
    expect(new Set(views.map(({ view }) => view)).size).toBe(1);
    expect(views[0]!.members).toHaveLength(3);
    for (const port of ports) expect(await objectAt(port)).toBe('one');
    lab.script('quit');
    expect(await lab.exit()).toBe(0);
  });

  it('runs a script with every word', async () => {
    const [first, second, third] = ports;
    const words = [
      'put a 1 2',
      `stop ${first}`,
      'get a',
      `reboot lab-${first}`,
      `reboot ${second}`,
      `pause ${third}`,
      `resume ${third}`,
    ];
    lab.script(...words, 'add', `kill ${second}`, 'get a', 'status', 'help');
    expect([await lab.exit(), lab.errors]).toEqual([0, '']);
    expect(lab.output.match(/^1 2$/gm)).toHaveLength(2);
    expect(await allGone(lab.pids())).toBe(true);
  });

  it('takes its servers along when it is killed, a paused one too', async () => {
    lab.type('status');
    await lab.shows(/^View .*$/m);
    lab.type(`pause ${ports[2]}`);
    await lab.shows(/ paused \(SIGSTOP\)$/m);
    const pids = lab.pids();
    expect(pids).toHaveLength(3);
    lab.signal('SIGKILL');
    expect(await allGone(pids)).toBe(true);
  });
});
