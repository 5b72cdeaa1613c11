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
      expect.stringMatching(/^failed: "foo" is no word of the lab: say help\.$/),
      expect.stringMatching(/^failed: "toString" is no word/),
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
    for (const word of completions(fake.lab, '')) expect(help).toMatch(new RegExp(`^${word} `, 'm'));
    for (const line of help!.split('\n')) expect(line.length).toBeLessThan(80);
    expect(completions(fake.lab, 're')).toEqual(['resume', 'reboot']);
    expect(await fake.transcript('re')).toEqual([
      'failed: "re" is no word of the lab: say resume, reboot or help.',
    ]);
    expect(isQuit(' quit ')).toBe(true);
  });

  it('completes the servers for which a word makes sense', async () => {
    await fake.transcript('kill 28090', 'pause 28089');
    expect(completions(fake.lab, 'kill ')).toEqual(['28089', '28088']);
    expect(completions(fake.lab, 'resume 2')).toEqual(['28089']);
    expect(completions(fake.lab, 'pause lab')).toEqual(['lab-28088']);
    expect(completions(fake.lab, 'reboot ')).toHaveLength(3);
    expect(completions(fake.lab, 'get ')).toEqual([]);
    expect(completions(fake.lab, 'valueOf ')).toEqual([]);
  });

  it('waits', async () => {
    expect(await fake.transcript('wait 0.01', 'wait x')).toEqual([
      '',
      'failed: wait takes seconds, up to 3600, such as wait 2.',
    ]);
  });

  it('keeps the table below 80 columns', async () => {
    fake.ring.view = 9_999_999;
    const [text] = await fake.transcript('status');
    for (const line of text!.split('\n')) expect(line.length).toBeLessThan(80);
  });

  it('shows the servers and their view', async () => {
    await fake.transcript('kill 28090', 'pause lab-28088');
    const [text] = await fake.transcript('status');
    expect(text!.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['port', 'name', 'state', 'role', 'view', 'revision', 'objects', 'pid'],
      ['28090', 'lab-28090', 'killed', '-', '-', '-', '-', '-'],
      ['28089', 'lab-28089', 'full', 'primary', '5', '0', '0', '2'],
      ['28088', 'lab-28088', 'paused', '-', '-', '-', '-', '3'],
      ['View 5: 1 member.'],
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
