import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeLab } from '../../test/support/lab/fake-lab.js';
import { completions, isQuit } from './words.js';

describe('the words', () => {
  let fake: FakeLab;
  beforeEach(async () => {
    fake = new FakeLab();
    await fake.start();
  });
  afterEach(() => fake.lab.close());

  it('explains an unknown word, a wrong server, and a wrong number of arguments', async () => {
    expect(
      await fake.transcript('foo', 'toString', 'kill', 'kill 1', 'put a', 'get a b', 'status now'),
    ).toEqual([
      expect.stringMatching(/^failed: "foo" is no command of the lab: say status, put, .* and quit\.$/),
      expect.stringMatching(/^failed: "toString" is no command/),
      'failed: Say it like this: kill N',
      'failed: There is no server 1 here: name one of 28090, 28089 and 28088, or add one.',
      'failed: Say it like this: put KEY VALUE',
      'failed: Say it like this: get KEY',
      'failed: Say it like this: status',
    ]);
  });

  it('passes over empty lines and comments', async () => {
    expect(await fake.transcript('', '   ', '# a comment')).toEqual(['', '', '']);
  });

  it('takes the rest of the line as the value', async () => {
    expect(await fake.transcript('  put  a/b  one  two ', 'get a/b')).toEqual([
      'a/b is stored, by way of 28090 (revision 9)',
      'one  two',
    ]);
  });

  it('helps with every word, and completes them', async () => {
    const [help] = await fake.transcript('help');
    for (const word of completions('')) expect(help).toMatch(new RegExp(`^${word} `, 'm'));
    expect(completions('re')).toEqual(['resume', 'reboot']);
    expect(isQuit(' quit ')).toBe(true);
  });

  it('shows the servers and their view', async () => {
    await fake.transcript('kill 28090', 'pause lab-28088');
    const [text] = await fake.transcript('status');
    expect(text!.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['port', 'name', 'process', 'role', 'state', 'view', 'revision', 'ring port', 'pid'],
      ['28090', 'lab-28090', 'killed', '-', '-', '-', '-', expect.anything(), '-'],
      ['28089', 'lab-28089', 'running', 'primary', 'full', '5', '0', expect.anything(), '2'],
      ['28088', 'lab-28088', 'paused', '-', '-', '-', '-', expect.anything(), '3'],
      ['View 5: 28089, in this order.'],
    ]);
  });

  it('says when no server answers or runs', async () => {
    await fake.transcript('kill 28090', 'kill 28089', 'pause 28088');
    expect((await fake.transcript('status'))[0]).toMatch(/No server is running\.$/);
    expect(await fake.transcript('put a 1')).toEqual([
      'failed: No server is running: reboot or resume one first.',
    ]);
  });
});
