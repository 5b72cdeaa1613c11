import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../simulation/random.js';
import type { Belongings } from './belongings.js';

/** Something that happens to the disk of a server that does not run. */
export interface Harm {
  readonly name: string;
  /** What the server says of it at its next start; undefined where it may go unnoticed, as nothing may refer to that place. */
  readonly told: RegExp | undefined;
  /** Not in the gate. */
  readonly isRare?: boolean;
  /** `directory`: DATA_DIR. Answers what was done. */
  readonly afflict: (directory: string, random: Random, belongings: Belongings) => string;
}

const SNIPPET_BYTES = 24;
/** Behind its end there may be pages that nothing refers to. */
const LARGEST_PART = 0.9;

export const harms: readonly Harm[] = [
  {
    name: 'a flipped bit in the value of a record',
    told: /record \d+ of records is damaged/,
    afflict: flipInValue,
  },
  { name: 'a flipped bit anywhere in data.mdb', told: undefined, isRare: true, afflict: flipAnywhere },
  {
    name: 'a flipped bit in a blob',
    told: /the body of \S+ \(revision \d+\) is damaged/,
    afflict: (directory, random) => flip(aBlob(directory, random), random),
  },
  {
    name: 'a truncated data.mdb',
    told: /the whole store \(.+; now in \S+\) is damaged/,
    afflict: (directory, random) => truncate(databaseIn(directory), random, LARGEST_PART),
  },
  {
    name: 'a truncated blob',
    isRare: true,
    told: /the body of \S+ \(revision \d+\) is damaged/,
    afflict: (directory, random) => truncate(aBlob(directory, random), random, 1),
  },
];

const databaseIn = (directory: string): string => join(directory, 'store', 'data.mdb');

/** Wherever the file has it: LMDB leaves what it does not use any more where it was. */
function flipInValue(directory: string, random: Random, { small }: Belongings): string {
  const path = databaseIn(directory);
  const body = random.pick(small);
  const start = random.below(body.length - SNIPPET_BYTES);
  const snippet = body.subarray(start, start + SNIPPET_BYTES);
  const [place, bit] = [random.below(SNIPPET_BYTES), 1 << random.below(8)];
  const content = readFileSync(path);
  const places: number[] = [];
  for (let at = content.indexOf(snippet); at >= 0; at = content.indexOf(snippet, at + 1))
    places.push(at + place);
  if (places.length === 0) throw new Error(`${path} does not have a body that was acknowledged`);
  for (const at of places) content[at]! ^= bit;
  writeFileSync(path, content);
  return `bit ${bit} of byte ${places.join(', ')} of ${path}`;
}

function flipAnywhere(directory: string, random: Random): string {
  return flip(databaseIn(directory), random);
}

function flip(path: string, random: Random): string {
  const content = readFileSync(path);
  const [at, bit] = [random.below(content.length), 1 << random.below(8)];
  content[at]! ^= bit;
  writeFileSync(path, content);
  return `bit ${bit} of byte ${at} of ${path}`;
}

function truncate(path: string, random: Random, largestPart: number): string {
  const { size } = statSync(path);
  const length = random.below(Math.floor(size * largestPart));
  truncateSync(path, length);
  return `${path}, to ${length} of ${size} bytes`;
}

function aBlob(directory: string, random: Random): string {
  const blobs = join(directory, 'blobs');
  return join(blobs, random.pick(readdirSync(blobs).toSorted()));
}
