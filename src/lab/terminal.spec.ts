import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Terminal } from './terminal.js';

function open(onInterrupt = () => {}) {
  const input = new PassThrough();
  const output = new PassThrough();
  const terminal = new Terminal(input, output, () => [], onInterrupt);
  return { input, output: () => String(output.read() ?? ''), terminal };
}

describe('the terminal', () => {
  it('runs what is typed, one line after another, until quit', async () => {
    const { input, terminal } = open();
    const ran: string[] = [];
    input.write('a\rb\rquit\rc\r');
    await terminal.run(async (line) => {
      await sleep(1);
      ran.push(line);
      return line === 'quit' ? 'quit' : 'done';
    });
    terminal.close();
    expect(ran).toEqual(['a', 'b', 'quit']);
  });

  it('keeps the prompt and what was typed below what is said', async () => {
    const { input, output, terminal } = open();
    const over = terminal.run(async () => 'done');
    input.write('sta');
    await sleep(1);
    output();
    terminal.say('8089 is now the primary');
    expect(output()).toMatch(/\[0J8089 is now the primary\n.*lab> sta/s);
    input.write('\u0015\u0004');
    await over;
    expect(output()).toMatch(/\n$/);
    terminal.say('after the end');
    expect(output()).toBe('after the end\n');
  });

  it('hands on Ctrl+C', async () => {
    let interrupts = 0;
    const { input, terminal } = open(() => interrupts++);
    const over = terminal.run(async () => 'done');
    input.write('\u0003');
    await sleep(1);
    terminal.close();
    await over;
    expect(interrupts).toBe(1);
  });

  it('refuses more lines than it keeps', async () => {
    const { input, output, terminal } = open();
    void terminal.run(() => new Promise(() => undefined));
    input.write('x\r'.repeat(105));
    await sleep(5);
    expect(output()).toMatch(/Too many lines at once/);
    terminal.close();
  });
});
