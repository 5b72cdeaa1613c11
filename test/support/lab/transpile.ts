import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Options, transformSync } from '@swc/core';

/** What tsconfig.json asks for, as far as it shapes the JavaScript. */
const options: Options = {
  configFile: false,
  swcrc: false,
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  module: { type: 'es6' },
};

/** A new one, inside node_modules, so that programs in it find their packages. */
export function programDirectory(prefix: string): string {
  const cache = resolve('node_modules', '.cache', 'ringlet');
  mkdirSync(cache, { recursive: true });
  return mkdtempSync(join(cache, prefix));
}

/**
 * `nest build` without its checks, into a directory of the spec's own, so that a spec runs the present sources as a
 * program and disturbs no `dist`. Gives the directory of the JavaScript.
 */
export function transpile(sources: string, into: string, folder = ''): string {
  const dist = join(into, 'dist');
  mkdirSync(dist, { recursive: true });
  cpSync('package.json', join(into, 'package.json'));
  for (const file of readdirSync(join(sources, folder), { recursive: true, encoding: 'utf8' })) {
    const isProgram = file.endsWith('.ts') && !file.endsWith('.spec.ts');
    if (!isProgram && !file.endsWith('.mjs')) continue;
    const target = join(dist, folder, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    if (!isProgram) {
      cpSync(join(sources, folder, file), target);
      continue;
    }
    const source = readFileSync(join(sources, folder, file), 'utf8');
    writeFileSync(target, transformSync(source, { ...options, filename: file }).code);
  }
  return dist;
}
