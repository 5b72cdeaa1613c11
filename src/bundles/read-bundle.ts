import { validateSync } from 'class-validator';

import { Problem } from '../http/index.js';
import { clashIn } from './archive-path.js';
import type { Bundle, Part } from './bundle.js';
import { PartDto } from './part.dto.js';

/** Bytes of the JSON that a client sends. */
export const MOST_BUNDLE_BYTES = 1024 * 1024;
/** Of what is kept: each key may be there once more, as the name in the archive. */
export const MOST_STORED_BYTES = 3 * MOST_BUNDLE_BYTES;
export const MOST_PARTS = 1000;

const PART_FIELDS = ['key', 'quantity', 'as'];

/** Reads `{"parts": [{"key", "quantity"?, "as"?}]}`. @throws Problem `bad_bundle` */
export function readBundle(bytes: Uint8Array): Bundle {
  const { parts } = fieldsOf(parse(bytes), 'the body', ['parts']);
  if (!Array.isArray(parts) || parts.length === 0 || parts.length > MOST_PARTS)
    throw bad(`parts must be a list of 1 to ${MOST_PARTS} parts`);
  const read = parts.map((part, at) => readPart(part, `parts[${at}]`));
  const clash = clashIn(read.map(({ as }) => as));
  if (clash !== undefined)
    throw bad(
      `${JSON.stringify(clash)} cannot be in an archive twice, or as a file and a folder; say as what`,
    );
  return { parts: read };
}

/** As it is kept. */
export function renderBundle({ parts }: Bundle): Buffer {
  return Buffer.from(JSON.stringify({ parts }));
}

function readPart(value: unknown, where: string): Part {
  const part = new PartDto(fieldsOf(value, where, PART_FIELDS));
  const [error] = validateSync(part, { stopAtFirstError: true });
  if (error === undefined) return { ...part } as Part;
  const [fault] = Object.values(error.constraints ?? {});
  throw bad(`${where}.${error.property} ${fault}`);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw bad('it is no JSON');
  }
}

/** To pass over a misspelt field would store something else than was meant. */
function fieldsOf(value: unknown, where: string, known: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw bad(`${where} must be an object with ${known.join(', ')}`);
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown === undefined) return value as Record<string, unknown>;
  throw bad(`${where} has ${JSON.stringify(unknown.slice(0, 64))}, which is none of ${known.join(', ')}`);
}

function bad(detail: string): Problem {
  return new Problem('bad_bundle', { detail: `${detail.charAt(0).toUpperCase()}${detail.slice(1)}.` });
}
