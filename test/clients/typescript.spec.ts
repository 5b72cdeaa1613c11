import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { describeWith } from './programs.js';
import { type Ended, run } from './run.js';
import { type Site, useSite } from './site.js';

const PROGRAM = `
import { type ObjectReader, RingletClient, RingletError } from 'ringlet/client';

const client = new RingletClient({ servers: process.argv[2]! });
const { revision, created }: { revision: number; created: boolean } = await client.put('k', 'body', { type: 'text/plain' });
const got: ObjectReader | null = await client.get('k');
const keys: string[] = [];
for await (const { key } of client.list()) keys.push(key);
for await (const event of client.watch({ since: revision - 1 })) {
  if (event.type !== 'put') continue;
  console.log(event.key, event.contentType, created, await got?.text(), keys.join());
  break;
}
try {
  await client.put('k', '', { ifNoneMatch: '*' });
} catch (error) {
  if (error instanceof RingletError) console.log(error.kind);
}
client.close();
`;

const SETTINGS = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
  },
  files: ['program.ts'],
};

/** Another project that has the package, and no other but for the types of Node. */
async function install(site: Site): Promise<void> {
  const modules = join(site.directory, 'node_modules');
  mkdirSync(join(modules, 'ringlet'), { recursive: true });
  const words = ['pack', '--ignore-scripts', '--silent', '--pack-destination', site.directory];
  // Nothing of this stays in the project's own directory.
  const environment = { HOME: site.directory };
  const packed = await run('npm', words, { directory: resolve('.'), environment });
  expect(packed).toMatchObject({ code: 0 });
  const file = packed.output.toString().trim();
  const unpack = ['-xzf', file, '-C', join('node_modules', 'ringlet'), '--strip-components=1'];
  expect(await site.run('tar', unpack)).toMatchObject({ code: 0 });
  for (const name of ['@types/node', 'undici-types'])
    cpSync(resolve('node_modules', name), join(modules, name), { recursive: true });
  site.write('package.json', '{ "type": "module" }');
  site.write('tsconfig.json', JSON.stringify(SETTINGS));
  site.write('program.ts', PROGRAM);
}

const node = (site: Site, ...words: string[]): Promise<Ended> => site.run(process.execPath, words);

describeWith('npm', 'tar')('the TypeScript client, installed as a package', () => {
  const site = useSite();

  it('compiles with its types, and runs without anything else', async () => {
    await install(site());
    const compiled = await node(site(), resolve('node_modules/typescript/bin/tsc'));
    expect({ code: compiled.code, output: compiled.output.toString() }).toEqual({ code: 0, output: '' });
    const ended = await node(site(), 'program.js', `http://127.0.0.1:${site().server(1).port}`);
    expect({ ...ended, output: ended.output.toString() }).toEqual({
      code: 0,
      errors: '',
      output: 'k text/plain true body k\nprecondition\n',
    });
  }, 60_000);
});

describe('the package', () => {
  it('has the command where it says', () => {
    const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { bin: { ringlet: string } };
    expect(readFileSync(bin.ringlet, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});
