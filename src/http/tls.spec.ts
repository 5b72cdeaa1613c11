import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { CERT, KEY, OTHER_CERT, OTHER_KEY } from '../../test/support/tls/index.js';
import { readTlsFiles } from './tls.js';

const refusal = (tlsCert: string, tlsKey: string): string => {
  try {
    readTlsFiles({ tlsCert, tlsKey });
    return 'none';
  } catch (error) {
    return `${(error as Error).name}\n${(error as Error).message}`;
  }
};

describe('the files of HTTPS', () => {
  let directory: string;
  const file = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'ringlet-tls-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('are read when they are given and belong together', () => {
    expect(readTlsFiles({})).toBeUndefined();
    expect(String(readTlsFiles({ tlsCert: CERT, tlsKey: KEY })?.cert)).toMatch(/^-----BEGIN CERTIFICATE/);
    expect(refusal(OTHER_CERT, OTHER_KEY)).toBe('none');
  });

  test('are both named when both are missing', () => {
    const [none, nothing] = [join(directory, 'none'), directory];
    expect(refusal(none, nothing).split('\n')).toEqual([
      'ConfigError',
      `TLS_CERT: given "${none}"; allowed: the path of a PEM file that can be read (ENOENT)`,
      `TLS_KEY: given "${nothing}"; allowed: the path of a PEM file that can be read (EISDIR)`,
    ]);
  });

  test('have to be in PEM, and the key without a passphrase', () => {
    const junk = file('junk.pem', 'sesame');
    expect(refusal(junk, KEY)).toMatch(
      /^ConfigError\nTLS_CERT: .*; allowed: a file with a certificate in PEM$/,
    );
    expect(refusal(CERT, junk)).toMatch(
      /^ConfigError\nTLS_KEY: .*; allowed: a file with a key in PEM, without/,
    );
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'sesame' } as const;
    expect(refusal(CERT, file('locked.pem', String(privateKey.export(cipher))))).toContain('TLS_KEY');
  });

  test('have to belong together', () => {
    expect(refusal(CERT, OTHER_KEY)).toBe(
      `ConfigError\nTLS_KEY: given "${OTHER_KEY}"; allowed: the key of the certificate in ${CERT}`,
    );
  });

  test('have to be of use to TLS', () => {
    const torn = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const chain = file('chain.pem', `${readFileSync(CERT, 'utf8')}${torn}`);
    expect(refusal(chain, KEY)).toMatch(
      /^ConfigError\nTLS_CERT: .*; allowed: a certificate that TLS can use \(.+\)$/,
    );
  });
});
