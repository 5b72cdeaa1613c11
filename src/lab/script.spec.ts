import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { runScript } from './script.js';

async function run(text: string, failing: string[] = []) {
  const said: string[] = [];
  const screen = { say: (line: string) => said.push(line), complain: () => undefined };
  const fine = await runScript(Readable.from([text]), screen, async (line) => {
    await new Promise((resolve) => setImmediate(resolve));
    said.push(`ran ${line}`);
    if (line === 'quit') return 'quit';
    return failing.includes(line) ? 'failed' : 'done';
  });
  return { said, fine };
}

describe('a script', () => {
  it('runs each line after the one before, to the end', async () => {
    expect(await run('a\r\n\n  b\nc')).toEqual({
      said: ['> a', 'ran a', '> b', 'ran   b', '> c', 'ran c'],
      fine: true,
    });
  });

  it('goes on after a failure, and remembers it', async () => {
    const { said, fine } = await run('a\nb\n', ['a']);
    expect(said).toContain('ran b');
    expect(fine).toBe(false);
  });

  it('ends at quit', async () => {
    expect((await run('quit\na\n')).said).toEqual(['> quit', 'ran quit']);
  });

  it('may be empty', async () => {
    expect(await run('')).toEqual({ said: [], fine: true });
  });
});
