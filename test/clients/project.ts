import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MODULES = 12;
const AT_ONCE = 4;

/** Compiles one source to an object file. */
export type Compile = (source: string, object: string) => Promise<void>;

/**
 * A small C project: a program of a dozen modules, each with a header of its own and one that all share. It prints the sum of
 * what its modules give: 1 + 2 + … + 12, times the factor of the shared header.
 */
export class Project {
  readonly sources: readonly string[];

  constructor(readonly directory: string) {
    mkdirSync(directory, { recursive: true });
    const modules = Array.from({ length: MODULES }, (_, index) => index + 1);
    this.sources = ['main.c', ...modules.map((module) => `module${module}.c`)];
    this.setFactor(1);
    for (const module of modules) this.writeModule(module);
    this.write('main.c', mainOf(modules));
  }

  get objects(): readonly string[] {
    return this.sources.map(objectOf);
  }

  sumTimes(factor: number): string {
    return `${(factor * MODULES * (MODULES + 1)) / 2}\n`;
  }

  /** Every module has to be compiled again after this; `main.c` does not include the header. */
  setFactor(factor: number): void {
    this.write('shared.h', `#pragma once\n#define FACTOR ${factor}\n`);
  }

  /** A few at a time, as `make -j` does. */
  async build(compile: Compile): Promise<void> {
    const left = [...this.sources];
    const work = async () => {
      for (let source = left.shift(); source !== undefined; source = left.shift())
        await compile(source, objectOf(source));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  write(file: string, content: string): void {
    writeFileSync(join(this.directory, file), content);
  }

  private writeModule(module: number): void {
    this.write(`module${module}.h`, `#pragma once\nint module${module}(void);\n`);
    const includes = `#include <stdio.h>\n#include "shared.h"\n#include "module${module}.h"\n`;
    this.write(`module${module}.c`, `${includes}int module${module}(void) { return ${module} * FACTOR; }\n`);
  }
}

function mainOf(modules: readonly number[]): string {
  const includes = modules.map((module) => `#include "module${module}.h"\n`).join('');
  const sum = modules.map((module) => `module${module}()`).join(' + ');
  return `#include <stdio.h>\n${includes}int main(void) { printf("%d\\n", ${sum}); return 0; }\n`;
}

function objectOf(source: string): string {
  return source.replace(/\.c$/, '.o');
}
