import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A new directory, with others beside it, which go together. */
export class Temporary {
  private readonly base = mkdtempSync(join(tmpdir(), 'ringlet-unit-files-'));
  readonly root = join(this.base, 'shared');
  readonly outside = join(this.base, 'outside');

  constructor() {
    mkdirSync(this.root);
    mkdirSync(this.outside);
    writeFileSync(join(this.outside, 'secret'), 'secret');
  }

  path(key: string): string {
    return join(this.root, key);
  }

  write(key: string, body: string | Uint8Array): void {
    mkdirSync(dirname(this.path(key)), { recursive: true });
    writeFileSync(this.path(key), body);
  }

  remove(): void {
    rmSync(this.base, { recursive: true });
  }
}
