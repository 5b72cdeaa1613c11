import { RingletError } from 'ringlet/client';

/** Asks the intermediary for a figure, and prints its pieces and who has them. True when all of them were delivered. */
export async function order(client, name) {
  console.log(`\nAn order for a ${name}:`);
  const { parts } = await client.bundles.get(name);
  for (const { quantity, as, holders, missing } of parts)
    console.log(
      `${String(quantity).padStart(6)} × ${as.replace('.txt', '').padEnd(16)} ${missing ? 'nobody has it' : `from ${holders}`}`,
    );
  return deliver(client, name, parts);
}

async function deliver(client, name, parts) {
  try {
    const archive = await client.bundles.download(name);
    const bytes = await count(archive.body);
    const pieces = parts.reduce((sum, { quantity }) => sum + quantity, 0);
    console.log(`  Delivered: ${pieces} pieces of ${parts.length} kinds, in one archive of ${bytes} bytes.`);
    return true;
  } catch (error) {
    if (!(error instanceof RingletError) || error.code !== 'bundle_incomplete') throw error;
    console.log(
      `  Not delivered: ${parts.filter(({ missing }) => missing).length} of its ${parts.length} kinds of pieces are missing.`,
    );
    return false;
  }
}

async function count(body) {
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.length;
  return bytes;
}
