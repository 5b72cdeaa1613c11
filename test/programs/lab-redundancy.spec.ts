import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ExampleProgram } from '../support/lab/example-program.js';
import { freePorts } from '../support/lab/lab-program.js';

describe('the demonstration of redundancy', () => {
  let redundancy: ExampleProgram;
  beforeAll(() => {
    redundancy = new ExampleProgram('redundancy');
  });
  afterAll(() => redundancy.remove());

  /** `meddle` is called once, after the first round. */
  async function run(port: number, meddle = async () => {}) {
    let meddled: Promise<void> | undefined;
    const ended = await redundancy.run(['--port', `${port}`, '--rounds', '2'], (output) => {
      if (/^ +1 +\d+ .*$/m.test(output)) meddled ??= meddle();
    });
    await meddled;
    return ended;
  }

  it('kills and reboots the primary, and finds every number once', async () => {
    const [first, second] = await freePorts(3);
    const { code, output } = await run(first!);
    expect(output).toMatch(new RegExp(`^ +1 +${first} +${second} [^]*^ +2 +${second} +${first} `, 'm'));
    expect(output).toMatch(/^ +[1-9]\d* {2}numbers acknowledged$/m);
    expect(output).toMatch(/^ +0 {2}numbers lost\n +0 {2}numbers doubled$/m);
    expect(code).toBe(0);
  });

  it('would notice what is lost or doubled', async () => {
    const [first, second] = await freePorts(3);
    const at = (number: number) => `http://127.0.0.1:${second}/objects/numbers/${number}`;
    const { code, output } = await run(first!, async () => {
      await fetch(at(1), { method: 'DELETE' });
      await fetch(at(2), { method: 'PUT', body: '2' });
    });
    expect(output).toMatch(/^ +1 {2}numbers lost: numbers\/1\n +1 {2}numbers doubled: numbers\/2$/m);
    expect(output).toMatch(/The ring has broken its promise\.$/m);
    expect(code).toBe(1);
  });
});
