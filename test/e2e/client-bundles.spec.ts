import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { RingletClient, RingletError } from '../../src/client/index.js';
import { readTar } from '../support/bundles/tar-reader.js';
import { bytesOf } from '../support/rings/large.js';
import { startRing, type TestRing } from '../support/rings/ring.js';

const FAR = 16 * 2 ** 20;

let ring: TestRing;
let client: RingletClient;
beforeAll(async () => {
  ring = await startRing(2, { environment: { REPLICAS: '1' } });
  client = new RingletClient({ servers: ring.urls });
  for (const key of ['a', 'b']) await client.put(key, key);
});
afterAll(async () => {
  client.close();
  await ring.stop();
});

describe('a bundle', () => {
  test('is stored, read, downloaded, listed and deleted', async () => {
    const written = await client.bundles.put('x/1', [
      { key: 'a', quantity: 2 },
      { key: 'b', as: 'c' },
    ]);
    expect(written).toMatchObject({ key: 'x/1', created: true });
    const bundle = await client.bundles.get('x/1');
    expect(bundle).toMatchObject({
      etag: written.etag,
      size: 2,
      parts: [{ key: 'a', quantity: 2 }, { as: 'c' }],
    });
    const archive = await client.bundles.download('x/1');
    const chunks: Buffer[] = [];
    for await (const chunk of archive!.body as AsyncIterable<Buffer>) chunks.push(chunk);
    expect(readTar(Buffer.concat(chunks)).map(({ path }) => path)).toEqual(['bundle.json', 'a', 'c']);
    await client.bundles.put('x/2', [{ key: 'b' }]);
    const names: string[] = [];
    for await (const { name } of client.bundles.list({ prefix: 'x/', limit: 1 })) names.push(name);
    expect(names).toEqual(['x/1', 'x/2']);
    await expect(client.bundles.delete('x/1', { ifMatch: '"other"' })).rejects.toMatchObject({
      kind: 'precondition',
    });
    expect(await client.bundles.delete('x/1')).toMatchObject({ key: 'x/1' });
    expect([
      await client.bundles.get('x/1'),
      await client.bundles.download('x/1'),
      await client.bundles.delete('x/1'),
    ]).toEqual([null, null, null]);
  });

  test('with missing parts is refused, unless these are allowed', async () => {
    const parts = [{ key: 'a' }, { key: 'none' }];
    await expect(client.bundles.put('m', parts)).rejects.toMatchObject({ code: 'parts_missing' });
    await client.bundles.put('m', parts, { allowMissing: true });
    await expect(client.bundles.download('m')).rejects.toMatchObject({ code: 'bundle_incomplete' });
    const archive = await client.bundles.download('m', { allowMissing: true });
    expect(archive?.length).toBeGreaterThan(0);
    archive?.discard();
  });

  test('whose part is written anew meanwhile ends with an error, and can be read again', async () => {
    for (const key of ['far/1', 'far/2']) await client.put(key, bytesOf(FAR, key));
    await client.bundles.put('far', [{ key: 'far/1' }, { key: 'far/2' }]);
    const archive = await client.bundles.download('far');
    await client.put('far/2', 'new');
    const failed = await archive!.body
      .resume()
      .toArray()
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(RingletError);
    expect(failed).toMatchObject({ code: 'object_changed', retryable: true });
    const again = await client.bundles.download('far');
    expect(again!.length).toBeLessThan(archive!.length);
    again!.discard();
  });
});
