import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts, LabProgram } from '../support/lab/lab-program.js';
import { programDirectory, transpile } from '../support/lab/transpile.js';

describe('a lab whose objects outlive it', () => {
  let directory: string;
  let dist: string;
  let lab: LabProgram;

  beforeAll(() => {
    directory = programDirectory('lab-data-');
    dist = transpile('src', directory);
  });
  afterAll(() => rmSync(directory, { recursive: true, maxRetries: 5 }));
  afterEach(() => lab.signal('SIGKILL'));

  const start = (...words: string[]) => {
    lab = new LabProgram(dist, words, { TMPDIR: directory });
    return lab;
  };

  it('finds them again, with the same servers, whoever went first', async () => {
    const [first, second, third] = await freePorts(3);
    const data = join(directory, 'ring');
    start('--port', `${first}`, '--servers', '2', '--data-dir', data);
    lab.script('put a 1', 'add', `stop ${first}`, 'put b 2', `kill ${second}`, 'put c 3');
    expect([await lab.exit(), lab.errors]).toEqual([0, '']);
    expect(readdirSync(data)).toEqual([third, second, first].map((port) => `lab-${port}`));

    start('--data-dir', data).script('get a', 'get b', 'get c', 'status');
    expect([await lab.exit(), lab.errors]).toEqual([0, '']);
    expect(lab.answers).toMatch(/^> get a\n1\n> get b\n2\n> get c\n3$/m);
    expect(lab.output).toMatch(/^View \d+: 3 members\.$/m);
    expect(lab.pids()).toHaveLength(3);
  });

  it('refuses writes where only a minority is left, and says so', async () => {
    const ports = await freePorts(2);
    start('--ports', ports.join(), '--data-dir', join(directory, 'strict'), '--partition', 'primary');
    lab.script(`kill ${ports[0]}`, 'put a 1', `reboot ${ports[0]}`, 'put a 2', 'get a');
    expect(await lab.exit()).toBe(1);
    expect(lab.errors).toMatch(
      /^No server answered within 8 s \(\d+: 503, .*too few members.*\): see status\.\n$/,
    );
    expect(lab.output).toMatch(/^The ring does not go on without \d+: too few are left/m);
    expect(lab.output).toMatch(/^2$/m);
  });

  it('tells of a conflict between sides that went apart', async () => {
    const [first, second, third] = await freePorts(3);
    start('--ports', [first, second, third].join());
    lab.script(
      'put x 0',
      `pause ${second}`,
      `pause ${third}`,
      'wait 2',
      'put x 1',
      `pause ${first}`,
      `resume ${second}`,
      `resume ${third}`,
      'wait 3',
      'put x 2',
      `resume ${first}`,
      'wait 5',
      'get x',
    );
    expect([await lab.exit(), lab.errors]).toEqual([0, '']);
    const time = String.raw`^\d\d:\d\d:\d\d\.\d{3}  `;
    const told = (event: string) => new RegExp(`${time}${event}`, 'm');
    expect(lab.output).toMatch(/^x is stored, by way of \d+ \(revision 2; provisional; copies=1\)$/m);
    expect(lab.output).toMatch(told(`Conflict over x: `));
    expect(lab.answers).toMatch(/^> get x\n2$/m);
  });
});
