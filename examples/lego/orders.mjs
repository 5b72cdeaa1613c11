import { RingletError } from 'ringlet/client';

import { filesIn } from './tar.mjs';

/** Asks an intermediary for a figure, and prints its pieces and who has them, then the archive of them. True when it was delivered whole. */
export async function order(client, name) {
  const { parts } = await client.bundles.get(name);
  console.log(`\nAn order for a ${name}:`);
  for (const part of parts)
    console.log(`${String(part.quantity).padStart(6)} × ${part.as.padEnd(20)} ${whereIs(part)}`);
  return deliver(client, name, parts);
}

function whereIs({ holders, island, missing }) {
  if (missing) return 'nobody has it';
  return `from ${holders.join(', ')}${island === null ? '' : ` on the island ${island}`}`;
}

async function deliver(client, name, parts) {
  try {
    const { body } = await client.bundles.download(name);
    const [, ...files] = filesIn(await whole(body));
    const pieces = parts.reduce((sum, { quantity }) => sum + quantity, 0);
    console.log(`  Delivered: ${pieces} pieces. In the archive, one of each kind: ${files.join(', ')}.`);
    return files.length === parts.length;
  } catch (error) {
    if (!(error instanceof RingletError) || error.code !== 'bundle_incomplete') throw error;
    const missing = parts.filter((part) => part.missing).length;
    console.log(`  Not delivered: ${missing} of its ${parts.length} kinds of pieces are missing.`);
    return false;
  }
}

/** Begins to take an archive, and leaves it there. `finish`: takes the rest; true when all of it came. */
export async function beginOrder(client, name) {
  const { body, length } = await client.bundles.download(name);
  const chunks = body[Symbol.asyncIterator]();
  let bytes = (await chunks.next()).value.length;
  return {
    async finish() {
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) bytes += next.value.length;
      return bytes === length;
    },
  };
}

async function whole(body) {
  const chunks = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
