import { IsInt, IsString, Matches, Max, Min, ValidateBy, ValidateIf } from 'class-validator';

import { MAX_KEY_BYTES } from '../objects/index.js';
import { isSafePath } from './archive-path.js';

const MOST_QUANTITY = 1_000_000;

const KEY = { message: `must be a text of 1 to ${MAX_KEY_BYTES} bytes without control characters` };
const QUANTITY = { message: `must be a whole number from 1 to ${MOST_QUANTITY}` };
const PATH = {
  message:
    'must be a relative path, such as wheels/front.stl, without . and .. and backslashes; give one, if the key is none',
};

const isGiven = (_part: object, value: unknown): boolean => value !== undefined;

/** A part as a client names it. */
export class PartDto {
  @IsString(KEY)
  @Matches(/^[^\p{Cc}\p{Cs}]+$/u, KEY)
  @ValidateBy({ name: 'isKey', validator: { validate: isKey } }, KEY)
  readonly key: unknown;

  @ValidateIf(isGiven)
  @IsInt(QUANTITY)
  @Min(1, QUANTITY)
  @Max(MOST_QUANTITY, QUANTITY)
  readonly quantity: unknown;

  @ValidateBy({ name: 'isArchivePath', validator: { validate: isArchivePath } }, PATH)
  readonly as: unknown;

  constructor({ key, quantity = 1, as = key }: Readonly<Record<string, unknown>>) {
    this.key = key;
    this.quantity = quantity;
    this.as = as;
  }
}

function isKey(value: unknown): boolean {
  return typeof value === 'string' && Buffer.byteLength(value) <= MAX_KEY_BYTES;
}

function isArchivePath(value: unknown): boolean {
  return typeof value === 'string' && isSafePath(value);
}
