import { Problem } from '../http/index.js';
import { BUNDLE_PREFIX, MAX_KEY_BYTES } from '../objects/index.js';

/** An object that a bundle has, so many times. */
export interface Part {
  readonly key: string;
  readonly quantity: number;
  /** Its name inside the archive. */
  readonly as: string;
}

export interface Bundle {
  readonly parts: readonly Part[];
}

/** A bundle is an object of this type under BUNDLE_PREFIX: it is watched, backed up and merged like every other. */
export const BUNDLE_TYPE = 'application/vnd.ringlet.bundle+json';

const MOST_NAME_BYTES = MAX_KEY_BYTES - BUNDLE_PREFIX.length;

/** @throws Problem */
export function keyOfBundle(name: string): string {
  if (Buffer.byteLength(name) > MOST_NAME_BYTES)
    throw new Problem('key_too_long', { detail: `The name of a bundle has up to ${MOST_NAME_BYTES} bytes.` });
  return BUNDLE_PREFIX + name;
}

export function nameOfBundle(key: string): string {
  return key.slice(BUNDLE_PREFIX.length);
}
