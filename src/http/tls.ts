import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

import { type Config, ConfigError, quoteGiven } from '../config/index.js';

/** The certificate of HTTPS and its key, read from their files. */
export interface TlsFiles {
  /** PEM, with the certificates between it and its root. */
  readonly cert: Buffer;
  /** PEM. */
  readonly key: Buffer;
}

const NO_FILE = 'the path of a PEM file that can be read';

/**
 * Reads the files of TLS_CERT and TLS_KEY, and makes sure that they belong together. Undefined when none are given.
 *
 * @throws ConfigError that names the file, and shows nothing that is in it
 */
export function readTlsFiles({ tlsCert, tlsKey }: Pick<Config, 'tlsCert' | 'tlsKey'>): TlsFiles | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const mistakes: string[] = [];
  const certificate = attempt(() => readCertificate(tlsCert), mistakes);
  const secret = attempt(() => readKey(tlsKey), mistakes);
  if (certificate === undefined || secret === undefined) throw new ConfigError(mistakes);
  const { file: cert, parsed } = certificate;
  const { file: key, parsed: privateKey } = secret;
  if (!parsed.checkPrivateKey(privateKey)) {
    throw new ConfigError([mistake('TLS_KEY', tlsKey, `the key of the certificate in ${tlsCert}`)]);
  }
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const allowed = `a certificate that TLS can use (${reasonOf(error)})`;
    throw new ConfigError([mistake('TLS_CERT', tlsCert, allowed)]);
  }
  return { cert, key };
}

function readCertificate(path: string): { file: Buffer; parsed: X509Certificate } {
  const file = read('TLS_CERT', path);
  try {
    return { file, parsed: new X509Certificate(file) };
  } catch {
    throw new ConfigError([mistake('TLS_CERT', path, 'a file with a certificate in PEM')]);
  }
}

function readKey(path: string): { file: Buffer; parsed: KeyObject } {
  const file = read('TLS_KEY', path);
  try {
    return { file, parsed: createPrivateKey(file) };
  } catch {
    throw new ConfigError([mistake('TLS_KEY', path, 'a file with a key in PEM, without a passphrase')]);
  }
}

function read(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError([mistake(name, path, `${NO_FILE} (${reasonOf(error)})`)]);
  }
}

function mistake(name: string, path: string, allowed: string): string {
  return `${name}: given ${quoteGiven(path)}; allowed: ${allowed}`;
}

function reasonOf(error: unknown): string {
  const { code, reason } = error as NodeJS.ErrnoException & { readonly reason?: string };
  return reason ?? code ?? 'no reason was given';
}

/** Collects the mistakes of several tries, so that they are told in one go. */
function attempt<T>(step: () => T, mistakes: string[]): T | undefined {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    mistakes.push(...error.mistakes);
    return undefined;
  }
}
