import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { CliProgram, hasTerminals, type Ran } from '../support/cli/cli-program.js';
import { HalfServer } from '../support/cli/half-server.js';
import { startRing, type TestRing } from '../support/rings/ring.js';
import { textWidth } from '../../src/cli/text-width.js';

const LONG_KEY = `long/${'x'.repeat(300)}/end.txt`;
const ESCAPE = '\u001B';
const COLOUR = new RegExp(`${ESCAPE}\\[3\\dm`);

const linesOf = ({ out }: Ran): string[] => stripVTControlCharacters(out).trimEnd().split('\r\n');

(hasTerminals() ? describe : describe.skip)('on a terminal', () => {
  let cli: CliProgram;
  let ring: TestRing;
  beforeAll(async () => {
    cli = new CliProgram();
    ring = await startRing(3);
    await store(LONG_KEY, 'x');
    await store(
      '日本語/とても長い名前のオブジェクトがここにあります、本当に長いです、はい、まだ続きます',
      'x',
    );
    await store('binary', '\u0000\u0001');
    await store('evil', 'a\u001B[2Jb');
    await store('text', 'no newline');
  });
  afterAll(async () => {
    await ring.stop();
    cli.remove();
  });

  async function store(key: string, body: string): Promise<void> {
    await fetch(`${ring.urls[0]}/objects/${encodeURIComponent(key)}`, { method: 'PUT', body });
  }

  function run(words: readonly string[], columns = 80, environment = {}): Promise<Ran> {
    return cli.onTerminal(words, { RINGLET_SERVER: ring.urls[0], ...environment }, columns).ended;
  }

  test.each([80, 200])('ls and status fit %i columns', async (columns) => {
    const [list, status] = await Promise.all([run(['ls'], columns), run(['status'], columns)]);
    expect(linesOf(list)[0]).toBe('      size  written              key');
    expect(linesOf(list).at(-1)).toBe('5 objects, 20 bytes');
    expect(linesOf(list)[3]).toMatch(/^ {4}1 byte {2}\S+ \S+ {2}long\/x+…x+\/end\.txt$/);
    for (const line of [...linesOf(list), ...linesOf(status)])
      expect(textWidth(line)).toBeLessThanOrEqual(columns);
    expect(Math.max(...linesOf(list).map(textWidth))).toBeGreaterThanOrEqual(columns - 1);
    expect(linesOf(status)[3]!.endsWith('ring')).toBe(columns === 200);
    expect(status.out).toMatch(COLOUR);
  });

  test('there are no colours when they are not wanted, and documents are whole', async () => {
    const [plain, documents] = await Promise.all([
      run(['status'], 80, { NO_COLOR: '1' }),
      run(['ls', 'long/', '--json']),
    ]);
    expect(plain.out).not.toMatch(COLOUR);
    expect(JSON.parse(documents.out)).toMatchObject({ key: LONG_KEY });
  });

  test('get shows text, and nothing else unless it is told to', async () => {
    const [text, binary, evil, forced] = await Promise.all([
      run(['get', 'text']),
      run(['get', 'binary']),
      run(['get', 'evil']),
      run(['get', 'evil', '-o', '-']),
    ]);
    expect(text).toMatchObject({ code: 0, out: 'no newline\r\n' });
    for (const { code, out } of [binary, evil]) {
      expect(code).toBe(1);
      expect(out).toMatch(/^This is no text, so it is not shown: save it by -o FILE/);
    }
    expect(forced).toMatchObject({ code: 0, out: 'a\u001B[2Jb' });
  });

  test('a transfer that takes long has a bar, which is taken away again', async () => {
    const slow = await HalfServer.start((request, response) => {
      request.on('data', () => {
        request.pause();
        setTimeout(() => request.resume(), 10);
      });
      request.on('end', () => response.writeHead(201, { ETag: '"7-a"', 'Ringlet-Revision': '7' }).end());
    });
    const large = cli.file('large');
    writeFileSync(large, Buffer.alloc(10 * 1024 * 1024));
    const { code, out } = await run(['put', large], 80, { RINGLET_SERVER: slow.url });
    slow.stop();
    expect(code).toBe(0);
    expect(out).toMatch(/put \[#*-+\] +\d+% \d+\.\d MiB, \d+\.\d [KM]iB\/s/);
    expect(out.endsWith(`\r${ESCAPE}[K"large" is stored, at revision 7\r\n`)).toBe(true);
    const short = await run(['put', cli.file('package.json')]);
    expect(short.out).not.toContain('[#');
  });
});
