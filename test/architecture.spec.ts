import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const SOURCE = resolve('src');

/** What each folder may import, besides libraries and itself. A folder that is not here may import nothing. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  replication: [],
  multicast: [],
  config: ['replication', 'multicast'],
  storage: ['replication'],
  ring: ['replication', 'config', 'storage'],
  discovery: ['replication', 'config', 'ring', 'multicast'],
  http: ['replication', 'config', 'ring'],
  objects: ['replication', 'config', 'ring', 'http'],
  bundles: ['replication', 'ring', 'http', 'objects'],
  islands: ['replication', 'config', 'ring', 'http', 'objects'],
  conflicts: ['replication', 'http', 'objects'],
  files: ['replication', 'config', 'objects', 'ring'],
  backup: ['replication', 'config', 'ring', 'http', 'objects'],
  watch: ['replication', 'ring', 'http', 'islands'],
  health: ['replication', 'config', 'ring', 'http'],
  metrics: ['replication', 'ring', 'http', 'islands', 'files'],
  docs: ['config', 'http'],
  dashboard: ['http'],
  lab: [],
  client: ['multicast'],
  // `ringlet serve` is a server, which is loaded only then.
  cli: ['client', 'lab', ''],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = sourceFiles(SOURCE);
const imports = files.flatMap(importsOf);

describe('The layout', () => {
  it('has imports that run one way', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [source, target] = [folderOf(from), folderOf(to)];
      return source !== '' && source !== target && !MAY_IMPORT[source]?.includes(target);
    });
    expect(wrong).toEqual([]);
  });

  it('enters a folder by its index only', () => {
    const deep = imports.filter(({ from, to }) => {
      if (folderOf(from) === folderOf(to) || folderOf(to) === '') return false;
      return !/^[^/]+\/(codec\/)?index$/.test(to);
    });
    expect(deep).toEqual([]);
  });

  it('keeps I/O, timers, clocks and chance out of the core', () => {
    const impure =
      /from '(node:|@nestjs|rxjs)|\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b|\bqueueMicrotask\b|\bDate\.|new Date\b|Math\.random|\bawait\b|\basync\b|\bprocess\./;
    const core = files.filter((file) => folderOf(name(file)) === 'replication');
    expect(core.filter((file) => impure.test(withoutComments(file))).map(name)).toEqual([]);
  });

  it('has a client that needs Node alone', () => {
    const clients = files.filter((file) => /^(client|multicast)\/(?!testing\/)/.test(name(file)));
    const needed = clients.flatMap((file) =>
      [...withoutComments(file).matchAll(/(?:from|import|import\(|require\()\s*['"]([^'"]+)['"]/g)].map(
        ([, path]) => `${name(file)}: ${path}`,
      ),
    );
    expect(needed.length).toBeGreaterThan(clients.length);
    expect(needed.filter((text) => !/: (node:|\.\/|\.\.\/multicast\/)/.test(text))).toEqual([]);
  });

  it('keeps every file short', () => {
    const long = [...files, ...sourceFiles(resolve('test'))].filter((file) => linesOf(file) > 500);
    expect(long.map(name)).toEqual([]);
  });
});

function sourceFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => join(directory, file));
}

function importsOf(file: string): Import[] {
  const found = readFileSync(file, 'utf8').matchAll(/(?:from |import |import\()'(\.[^']+)'/g);
  return [...found].map(([, path]) => ({ from: name(file), to: name(resolve(dirname(file), path!)) }));
}

function name(file: string): string {
  return relative(SOURCE, file).replace(/\.(js|ts)$/, '');
}

/** The feature that a file belongs to; '' for the few files that join them. */
function folderOf(file: string): string {
  return file.includes('/') ? file.split('/')[0]! : '';
}

function linesOf(file: string): number {
  return readFileSync(file, 'utf8').split('\n').length;
}

function withoutComments(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
