import type { IncomingHttpHeaders } from 'node:http';

import { parseHttpDate, parseTag, readMeta, readType, type Validators } from '../objects/index.js';

/** What is taken of the head of another island's answer, checked: nothing else of it goes any further. */
export interface Head extends Validators {
  readonly size: number;
  readonly type: string;
  /** Names of the servers that keep it; none when that is not told. */
  readonly holders: readonly string[];
  /** Headers of the representation without its length, names and values in turn. */
  readonly representation: readonly string[];
  /** Headers of an answer without a body. */
  readonly validators: readonly string[];
  /** What the headers take, roughly. */
  readonly bytes: number;
}

export interface Part {
  readonly first: number;
  readonly last: number;
  /** Of the whole. */
  readonly size: number;
}

const LENGTH = /^\d{1,15}$/;
const PART = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/;
const MAX_TAG_CHARACTERS = 256;
const HOLDERS = /^[\w.-]{1,64}(?:, [\w.-]{1,64}){0,255}$/;
const FALLBACK_TYPE = 'application/octet-stream';

/**
 * The head of an answer with an object, or with a part of one.
 *
 * @throws Error or Problem when it is not as a server of a ring answers
 */
export function readHead(headers: IncomingHttpHeaders, now: number): Head {
  const size = readLength(headers);
  const { etag, lastModified, validators } = readValidators(headers, now);
  const type = readType(headers) || FALLBACK_TYPE;
  const representation = [...validators, 'Accept-Ranges', 'bytes', 'Content-Type', type];
  for (const [name, value] of Object.entries(readMeta(headers)))
    representation.push(`Object-Meta-${name}`, value);
  const bytes = 2 * representation.reduce((sum, text) => sum + text.length, 0);
  const holders = readHolders(headers['ringlet-holders']);
  return { etag, lastModified, validators, representation, type, holders, size, bytes };
}

/**
 * What an answer without a body says of the version that it is about.
 *
 * @throws Error when it does not
 */
export function readValidators(
  headers: IncomingHttpHeaders,
  now: number,
): Validators & Pick<Head, 'validators'> {
  const etag = headers.etag ?? '';
  const tag = parseTag(etag);
  if (tag === undefined || tag.isWeak || etag.length > MAX_TAG_CHARACTERS)
    throw new Error('it has no strong ETag');
  const lastModified = parseHttpDate(headers['last-modified'] ?? '', now);
  if (lastModified === undefined) throw new Error('it has no Last-Modified');
  const date = new Date(lastModified).toUTCString();
  const validators = ['ETag', tag.tag, 'Last-Modified', date, 'Cache-Control', 'no-cache'];
  return { etag: tag.tag, lastModified, validators };
}

/**
 * Which part a 206 has.
 *
 * @throws Error when that does not fit its length
 */
export function readPart(headers: IncomingHttpHeaders): Part {
  const [, first, last, size] = (PART.exec(headers['content-range'] ?? '') ?? []).map(Number);
  const length = readLength(headers);
  const fits = first !== undefined && last! < size! && last! - first + 1 === length;
  if (!fits) throw new Error('its Content-Range is of no use');
  return { first, last: last!, size: size! };
}

function readHolders(text: string | string[] | undefined): string[] {
  return typeof text === 'string' && HOLDERS.test(text) ? text.split(', ') : [];
}

function readLength(headers: IncomingHttpHeaders): number {
  const text = headers['content-length'] ?? '';
  if (!LENGTH.test(text)) throw new Error('it does not tell its length');
  return Number(text);
}
