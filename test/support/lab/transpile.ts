import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** What tsconfig.json asks for, as far as it shapes the JavaScript. */
const compilerOptions: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2023,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  isolatedModules: true,
};

/**
 * `nest build` without its checks, into a directory of the spec's own, so that a spec runs the present sources as a
 * program and disturbs no `dist`. Gives the directory of the JavaScript.
 */
export function transpile(sources: string, into: string, folder = ''): string {
  const dist = join(into, 'dist');
  mkdirSync(dist, { recursive: true });
  cpSync('package.json', join(into, 'package.json'));
  for (const file of readdirSync(join(sources, folder), { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.mjs')) cpSync(join(sources, folder, file), join(dist, folder, file));
    if (!file.endsWith('.ts') || file.endsWith('.spec.ts')) continue;
    const target = join(dist, folder, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    const source = readFileSync(join(sources, folder, file), 'utf8');
    writeFileSync(target, ts.transpileModule(source, { compilerOptions, fileName: file }).outputText);
  }
  return dist;
}
