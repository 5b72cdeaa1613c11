import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { CliProgram, type Running } from '../support/cli/cli-program.js';
import { until } from '../support/rings/until.js';

let cli: CliProgram;
beforeAll(() => {
  cli = new CliProgram({ withServer: true });
});
afterAll(() => cli.remove());

/** It says where it listens. */
async function serve(environment: NodeJS.ProcessEnv): Promise<Running & { url: string }> {
  const running = cli.start(['serve'], { PORT: '0', RING_PORT: '0', LOG_FORMAT: 'json', ...environment });
  let log = '';
  running.child.stdout!.on('data', (data) => (log += String(data)));
  const url = (): string | undefined => /HTTP on (http:[^, ]+)/.exec(log)?.[1];
  await until('it listens', () => url() !== undefined);
  return { ...running, url: url()! };
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'serve is a server, which the command uses and %s ends well',
  async (signal) => {
    const { url, child, ended } = await serve({});
    expect(await cli.run(['put', '-', 'k', '--server', url], {}, 'v')).toMatchObject({ code: 0, errors: '' });
    expect(await cli.run(['get', 'k', '--server', url])).toEqual({ code: 0, out: 'v', errors: '' });
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 0, errors: '' });
  },
);

test('serve ends when it is told to leave', async () => {
  const { url, ended } = await serve({ NAME: 'alone' });
  expect(await cli.run(['leave', 'alone', '--server', url])).toMatchObject({ code: 0 });
  expect(await ended).toMatchObject({ code: 0 });
});

test('serve names each mistake in its environment', async () => {
  const { code, errors } = await cli.run(['serve'], { PORT: 'x', RING_PORT: 'y' });
  expect([code, errors.trimEnd().split('\n')]).toEqual([
    1,
    [expect.stringMatching(/^PORT/), expect.stringMatching(/^RING_PORT/)],
  ]);
});
