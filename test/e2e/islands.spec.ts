import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';

import { Archipelago, islandsOf, isUp } from '../support/islands/archipelago.js';
import { until } from '../support/rings/until.js';

const put = (url: string, key: string, body: string) =>
  request(url).put(`/objects/${key}`).set('Content-Type', 'text/plain').send(body);

describe('two islands', () => {
  let sea: Archipelago;
  let north: string;
  let south: string;

  beforeAll(async () => {
    sea = await Archipelago.start({ north: { size: 2 }, south: {} });
    await sea.acquainted();
    [north, south] = [sea.url('north'), sea.url('south')];
  });
  afterAll(() => sea.stop());

  test('tell of each other', async () => {
    const [island, ...others] = await islandsOf(south);
    expect(others).toEqual([]);
    expect(island).toMatchObject({ name: 'north', state: 'up', lastError: null });
    expect(island!.url).toBe(sea.isle('north').doors[0]!.url);
    expect(island!.members.map(({ name }) => name)).toEqual(['server-1', 'server-2']);
    const { body } = await request(north).get('/ring').expect(200);
    expect(island!.id).toBe(body.ringId);
    await request(south).put('/islands').expect(405);
    await request(south).options('/islands').expect(204);
  });

  test('one has what the other asks for, with all that belongs to it', async () => {
    const { headers: stored } = await put(north, 'a/b c', 'hello').set('Object-Meta-By', 'me').expect(201);
    for (const method of ['head', 'get'] as const) {
      const { headers, text } = await request(south)[method]('/objects/a/b%20c').expect(200);
      expect(headers).toMatchObject({
        etag: stored.etag,
        'content-type': 'text/plain',
        'content-length': '5',
        'object-meta-by': 'me',
        'ringlet-island': 'north',
        'ringlet-server': 'server-1',
        'cache-control': 'no-cache',
      });
      expect(headers['last-modified']).toBeDefined();
      expect(text).toBe(method === 'get' ? 'hello' : undefined);
    }
  });

  test('conditions and ranges hold for what is elsewhere, whether there is a copy or not', async () => {
    const { headers } = await put(north, 'range', '0123456789').expect(201);
    const etag = headers.etag!;
    for (const isCopied of [false, true]) {
      if (isCopied) await request(south).get('/objects/range').expect(200);
      const get = () => request(south).get('/objects/range');
      const part = await get().set('Range', 'bytes=2-4').expect(206);
      expect([part.text, part.headers['content-range']]).toEqual(['234', 'bytes 2-4/10']);
      const none = await get().set('If-None-Match', etag).expect(304);
      expect(none.headers).toMatchObject({ etag, 'ringlet-island': 'north' });
      await get().set('If-Match', '"other"').expect(412);
      const past = await get().set('Range', 'bytes=20-').expect(416);
      expect(past.headers['content-range']).toBe('bytes */10');
      await get().set('Range', 'bytes=2-4').set('If-Range', '"other"').expect(200, '0123456789');
      await request(south).head('/objects/range').set('If-None-Match', etag).expect(304);
    }
  });

  test('what is written here is this island’s own, at once', async () => {
    await put(north, 'shared', 'north').expect(201);
    await request(south).get('/objects/shared').expect(200, 'north');
    await put(south, 'shared', 'south').expect(201);
    const { headers } = await request(south).get('/objects/shared').expect(200, 'south');
    expect(headers['ringlet-island']).toBeUndefined();
    await request(north).get('/objects/shared').expect(200, 'north');
    await request(south).get('/objects/absent').expect(404);
    await put(south, 'absent', 'x').expect(201);
    await request(south).get('/objects/absent').expect(200, 'x');
  });

  test('an absence is remembered for a moment, and no longer', async () => {
    const { body } = await request(south).get('/objects/later').expect(404);
    expect(body.code).toBe('no_object');
    await put(north, 'later', 'x').expect(201);
    await until('it is found', async () => (await request(south).get('/objects/later')).status === 200);
  });

  test('a copy is checked after a second: it changes and goes with the original', async () => {
    await put(north, 'copy', 'one').expect(201);
    await request(south).get('/objects/copy').expect(200, 'one');
    await put(north, 'copy', 'two').expect(204);
    await until('it changes', async () => (await request(south).get('/objects/copy')).text === 'two');
    await request(north).delete('/objects/copy').expect(204);
    await until('it goes', async () => (await request(south).get('/objects/copy')).status === 404);
    expect((await request(south).head('/objects/copy')).status).toBe(404);
  });

  test('neither keeps alive what the other has deleted', async () => {
    await put(north, 'zombie', 'x').expect(201);
    await request(south).get('/objects/zombie').expect(200);
    await request(north).delete('/objects/zombie').expect(204);
    expect((await request(north).get('/objects/zombie')).status).toBe(404);
  });

  test('nobody is asked when the client forbids it', async () => {
    await put(north, 'far', 'x').expect(201);
    const get = () => request(south).get('/objects/far').set('Cache-Control', 'only-if-cached');
    expect((await get().expect(504)).body.code).toBe('not_here');
    await request(south).get('/objects/far').expect(200);
    await get().expect(200, 'x');
  });

  test('a large body passes through', async () => {
    const body = Buffer.alloc(3 * 2 ** 20, 'large');
    await request(north).put('/objects/large').send(body).expect(201);
    const { body: read, headers } = await request(south).get('/objects/large').expect(200);
    expect([body.equals(read as Buffer), headers['ringlet-island']]).toEqual([true, 'north']);
    const part = await request(south).get('/objects/large').set('Range', 'bytes=-5').expect(206);
    expect((part.body as Buffer).toString()).toBe(body.subarray(-5).toString());
  });

  describe('a key of the other island', () => {
    const far = 'islands/north/far/x%2Fy';

    test('is written, read and deleted there', async () => {
      const created = await put(south, far, '1')
        .set('If-None-Match', '*')
        .set('Object-Meta-A', 'b')
        .expect(201);
      expect(created.headers).toMatchObject({ 'ringlet-island': 'north' });
      expect(created.headers.etag).toBeDefined();
      expect(created.headers['ringlet-revision']).toMatch(/^\d+$/);
      await put(south, far, '2').set('If-None-Match', '*').expect(412);
      await request(north).get('/objects/far/x/y').expect(200, '1').expect('Object-Meta-A', 'b');
      const read = await request(south).get(`/objects/${far}`).expect(200, '1');
      expect(read.headers).toMatchObject({ etag: created.headers.etag, 'ringlet-island': 'north' });
      await put(south, far, '3').set('If-Match', created.headers.etag!).expect(204);
      await request(south).get(`/objects/${far}`).expect(200, '3');
      await request(south).delete(`/objects/${far}`).expect(204);
      await request(south).delete(`/objects/${far}`).expect(404);
      expect((await request(south).get(`/objects/${far}`).expect(404)).headers['ringlet-island']).toBe(
        'north',
      );
    });

    test('is read without its island as it was just written through', async () => {
      await request(south).get('/objects/through').expect(404);
      for (const body of ['one', 'two']) {
        await put(south, 'islands/north/through', body);
        expect((await request(south).get('/objects/through')).text).toBe(body);
      }
      await request(south).delete('/objects/islands/north/through').expect(204);
      expect((await request(south).get('/objects/through')).status).toBe(404);
    });

    test('is written once, and lives as long as was said', async () => {
      const write = () =>
        put(south, 'islands/north/once', 'x').set('Idempotency-Key', 'k1').set('X-TTL', '60');
      await write().expect(201);
      expect((await write().expect(201)).headers['idempotency-replayed']).toBe('true');
      expect(Number((await request(north).get('/objects/once')).headers['x-ttl'])).toBeGreaterThan(50);
      expect((await put(south, 'islands/north/once', 'x').set('X-TTL', 'never').expect(400)).body.code).toBe(
        'bad_ttl',
      );
    });

    test('takes a large body, in chunks as well', async () => {
      const body = Buffer.alloc(2 * 2 ** 20, 'much');
      await request(south).put('/objects/islands/north/much').send(body).expect(201);
      const answer = await fetch(`${south}/objects/islands/north/chunks`, {
        method: 'PUT',
        body: new Blob([body]).stream(),
        duplex: 'half',
      } as RequestInit);
      expect(answer.status).toBe(201);
      for (const key of ['much', 'chunks']) {
        const read = await request(north).get(`/objects/${key}`).expect(200);
        expect(body.equals(read.body as Buffer)).toBe(true);
      }
    });

    test('is refused where there is no such island, key, or end of islands', async () => {
      for (const [key, status, code] of [
        ['islands/west/x', 404, 'unknown_island'],
        ['islands/south/x', 404, 'unknown_island'],
        ['islands/north/islands/south/x', 404, 'unknown_island'],
        ['islands/north/', 400, 'key_empty'],
        ['islands/north', 400, 'key_empty'],
      ] as const) {
        expect((await put(south, key, 'x').expect(status)).body.code).toBe(code);
        expect((await request(south).get(`/objects/${key}`).expect(status)).body.code).toBe(code);
      }
      const { headers } = await request(south).options('/objects/islands/north/x').expect(204);
      expect(headers.allow).toContain('PUT');
    });
  });

  test('each hears of the other’s members at once, and of its end within two seconds', async () => {
    const { ring } = sea.isle('north');
    const newcomer = await ring.add();
    await until('the newcomer is told of', async () => (await islandsOf(south))[0]!.members.length === 3);
    ring.forget(newcomer);
    await newcomer.stop();
    const since = performance.now();
    await until('it has gone', async () => (await islandsOf(south))[0]!.members.length === 2);
    expect(performance.now() - since).toBeLessThan(1000);
  });
});

describe('islands that are cut apart', () => {
  let sea: Archipelago;

  beforeAll(async () => {
    sea = await Archipelago.start({ north: { size: 2 }, south: {} });
    await sea.acquainted();
  });
  afterAll(() => sea.stop());

  test('go on alone, and meet again within five seconds', async () => {
    const south = sea.url('south');
    const { doors } = sea.isle('north');
    await request(sea.url('north')).put('/objects/far').send('x').expect(201);
    doors[0]!.cut();
    await until('the other member is asked', async () => (await islandsOf(south))[0]!.url === doors[1]!.url);
    expect((await islandsOf(south))[0]!.lastError).toContain(doors[0]!.url);
    await request(south).get('/objects/far').expect(200);
    doors[1]!.cut();
    await until('the island is down', async () => !(await isUp(south, 'north')));
    const absent = await request(south).get('/objects/other').expect(404);
    expect(absent.body.detail).toContain('not all could tell: north: it is down.');
    await request(south).put('/objects/own').send('x').expect(201);
    const refused = await request(south).put('/objects/islands/north/x').send('x').expect(503);
    expect([refused.body.code, refused.headers['retry-after']]).toEqual(['island_unreachable', '1']);
    for (const door of doors) await door.heal();
    const since = performance.now();
    await until('they meet again', () => isUp(south, 'north'));
    expect(performance.now() - since).toBeLessThan(5000);
    const absentAgain = await request(south).get('/objects/other').expect(404);
    expect(absentAgain.body.detail).toBeUndefined();
    await request(south).put('/objects/islands/north/x').send('x').expect(201);
  });

  test('a server that stands still is passed over', async () => {
    const south = sea.url('south');
    const { doors } = sea.isle('north');
    await sea.acquainted();
    await until('both are asked again', async () => (await islandsOf(south))[0]!.lastError === null);
    await request(sea.url('north')).put('/objects/still').send('x').expect(201);
    doors[0]!.hang();
    const since = performance.now();
    await request(south).get('/objects/still').expect(200);
    expect(performance.now() - since).toBeLessThan(1000);
    await until('it is known', async () => (await islandsOf(south))[0]!.url === doors[1]!.url);
    expect(performance.now() - since).toBeLessThan(2500);
  });
});
