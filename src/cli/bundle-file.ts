import { Readable } from 'node:stream';

import type { BundlePart } from '../client/index.js';
import type { Context } from './context.js';
import { EXIT, Failure } from './failure.js';
import { openSource } from './source.js';

/** As servers have it. */
const MOST_BYTES = 1024 * 1024;

/** Reads a list of parts, as the server checks it. `-` is standard input. @throws Failure */
export async function readParts(file: string, context: Context): Promise<readonly BundlePart[]> {
  const list = parse(await readText(file, context));
  if (list === null)
    throw new Failure(
      `${file} is no list of parts: it has to be JSON such as {"parts":[{"key":"wheel","quantity":4}]}.`,
      EXIT.usage,
    );
  return list;
}

async function readText(file: string, context: Context): Promise<string> {
  const { body, close } = await openSource(file, context, () => undefined);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of typeof body === 'function' ? body() : Readable.from(body)) {
      chunks.push(Buffer.from(chunk as Uint8Array));
      bytes += chunks.at(-1)!.length;
      if (bytes > MOST_BYTES)
        throw new Failure(`${file} is larger than 1 MiB, which no list of parts may be.`, EXIT.usage);
    }
  } finally {
    await close();
  }
  return Buffer.concat(chunks).toString();
}

function parse(text: string): readonly BundlePart[] | null {
  try {
    const { parts, ...others } = JSON.parse(text) as { parts: BundlePart[] };
    return Array.isArray(parts) && Object.keys(others).length === 0 ? parts : null;
  } catch {
    return null;
  }
}
