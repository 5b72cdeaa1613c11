import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { ConfigError } from './mistake.js';
import { readEnvironment } from './read-environment.js';

describe('readEnvironment', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ringlet-config-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('overlays the file with the variables, of which an empty one hides the value of the file', () => {
    writeFileSync(
      join(directory, '.env'),
      '# a comment\nPORT=1\nNAME="edge-1"\nPEER=a:1 # the first\nRING=\n',
    );
    expect(readEnvironment(directory, { PORT: '2', NAME: '' })).toStrictEqual({
      PORT: '2',
      NAME: '',
      PEER: 'a:1',
      RING: '',
    });
  });

  it('needs no file, and takes the variables of the process unless told others', () => {
    expect(readEnvironment(directory)).toStrictEqual({ ...process.env });
  });

  it('does not pass over a file that it cannot read', () => {
    mkdirSync(join(directory, '.env'));
    expect(() => readEnvironment(directory, {})).toThrow(ConfigError);
    expect(() => readEnvironment(directory, {})).toThrow(/^\.env: .*cannot be read \(EISDIR\)/);
  });
});
