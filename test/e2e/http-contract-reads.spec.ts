import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import { labelsOf, Place, PLACES } from '../support/rings/place.js';

const BODY = '0123456789';
const LONG_AGO = 'Sun, 06 Nov 1994 08:49:37 GMT';
const SECOND_MS = 1000;

describe.each(PLACES)('GET and HEAD at a $role, short way: $shortWay', (where) => {
  let place: Place;
  let etag = '';
  let modified = '';
  const get = (key: string, headers: Record<string, string> = {}) =>
    place.http.get(`/objects/${key}`).set(headers).responseType('blob');
  const head = (key: string, headers: Record<string, string> = {}) =>
    place.http.head(`/objects/${key}`).set(headers);

  beforeAll(async () => {
    place = await Place.start(where);
    const put = place.http
      .put('/objects/digits')
      .set('Content-Type', 'text/plain')
      .set('Object-Meta-By', 'me');
    etag = String((await put.send(BODY).expect(201)).headers.etag);
    await place.http.put('/objects/empty').send('').expect(201);
    modified = String((await get('digits')).headers['last-modified']);
  });
  afterAll(() => place.stop());

  test('an object has all the headers of the contract', async () => {
    const { headers, body } = await get('digits').expect(200);
    expect(String(body)).toBe(BODY);
    expect(headers).toMatchObject({
      etag,
      'content-type': 'text/plain',
      'content-length': '10',
      'object-meta-by': 'me',
      'accept-ranges': 'bytes',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    });
    expect(labelsOf(headers)).toEqual(place.labels);
    const at = Date.parse(modified);
    expect(new Date(at).toUTCString()).toBe(modified);
    expect(at).toBeLessThanOrEqual(Date.parse(String(headers.date)));
    for (const name of ['x-ttl', 'ringlet-stale', 'ringlet-via', 'ringlet-view', 'content-range'])
      expect(headers).not.toHaveProperty(name);
  });

  test('what is not there is 404', async () => {
    for (const name of ['If-Match', 'If-None-Match']) {
      const { headers, body } = await place.http.get('/objects/none').set(name, '*').expect(404);
      expect(body).toMatchObject({ status: 404, code: 'no_object', retryable: false });
      expect(headers).toMatchObject({
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
      });
      expect(labelsOf(headers)).toEqual(place.labels);
    }
  });

  const conditions = () => ({ etag, weak: `W/${etag}`, modified, LONG_AGO });
  test.each([
    [{ 'If-None-Match': 'etag' }, 304],
    [{ 'If-None-Match': '"x" , weak' }, 304],
    [{ 'If-None-Match': '*' }, 304],
    [{ 'If-None-Match': '"x"' }, 200],
    [{ 'If-None-Match': '"x"', 'If-Modified-Since': 'modified' }, 200],
    [{ 'If-Modified-Since': 'modified' }, 304],
    [{ 'If-Modified-Since': 'LONG_AGO' }, 200],
    [{ 'If-Modified-Since': 'yesterday' }, 200],
    [{ 'If-Match': 'etag' }, 200],
    [{ 'If-Match': '*' }, 200],
    [{ 'If-Match': 'weak' }, 412],
    [{ 'If-Match': '"x"' }, 412],
    [{ 'If-Match': 'etag', 'If-Unmodified-Since': 'LONG_AGO' }, 200],
    [{ 'If-Match': '"x"', 'If-None-Match': 'etag' }, 412],
    [{ 'If-Match': 'etag', 'If-None-Match': 'etag' }, 304],
    [{ 'If-Unmodified-Since': 'LONG_AGO' }, 412],
    [{ 'If-Unmodified-Since': 'modified' }, 200],
    [{ 'If-Unmodified-Since': 'yesterday' }, 200],
    [{ 'If-Match': 'x' }, 400],
    [{ 'If-None-Match': 'x' }, 400],
    // Conditions go before ranges.
    [{ 'If-None-Match': 'etag', Range: 'bytes=0-1' }, 304],
    [{ 'If-Match': '"x"', Range: 'bytes=99-' }, 412],
    [{ 'If-Match': 'etag', Range: 'bytes=0-1' }, 206],
  ])('%j is %d, for HEAD as well', async (given, status) => {
    const known = Object.entries(conditions());
    const headers = Object.fromEntries(
      Object.entries(given).map(([name, text]) => [
        name,
        known.reduce((value, [word, is]) => value.replace(new RegExp(`\\b${word}$`), is), text),
      ]),
    );
    expect(await readBoth(headers, 'digits')).toMatchObject({ status, isSame: true });
  });

  test('304 has what a cache needs, and no more', async () => {
    const { headers, body } = await get('digits', { 'If-None-Match': etag }).expect(304);
    expect(String(body)).toBe('');
    expect(headers).toMatchObject({ etag, 'last-modified': modified, 'cache-control': 'no-cache' });
    expect(labelsOf(headers)).toEqual(place.labels);
    for (const name of ['content-length', 'content-type', 'object-meta-by'])
      expect(headers).not.toHaveProperty(name);
  });

  test.each([
    ['digits', 'bytes=2-4', '234', '2-4'],
    ['digits', 'bytes=7-', '789', '7-9'],
    ['digits', 'bytes=-3', '789', '7-9'],
    ['digits', 'bytes=-99', BODY, '0-9'],
    ['digits', 'bytes=5-99', '56789', '5-9'],
    ['digits', 'BYTES=0-0', '0', '0-0'],
    ['digits', 'bytes=0-1,4-5', BODY, ''],
    ['digits', 'bytes=4-2', BODY, ''],
    ['digits', 'bytes=x', BODY, ''],
    ['digits', 'lines=0-1', BODY, ''],
    ['empty', 'bytes=-5', '', ''],
  ])('%s, %s: "%s" of %j', async (key, range, part, sent) => {
    const { headers, text, status, isSame } = await readBoth({ Range: range }, key);
    expect([status, text, isSame]).toEqual([sent === '' ? 200 : 206, part, true]);
    expect(headers['content-length']).toBe(String(part.length));
    expect(headers['content-range']).toBe(sent === '' ? undefined : `bytes ${sent}/10`);
    expect(headers['accept-ranges']).toBe('bytes');
    expect(headers.etag === etag).toBe(key === 'digits');
    expect(labelsOf(headers)).toEqual(place.labels);
  });

  test.each([
    ['digits', 'bytes=10-', 'bytes */10'],
    ['digits', 'bytes=99-100', 'bytes */10'],
    ['digits', 'bytes=-0', 'bytes */10'],
    ['empty', 'bytes=0-', 'bytes */0'],
  ])('%s, %s: 416', async (key, range, told) => {
    expect(await readBoth({ Range: range }, key)).toMatchObject({ status: 416, isSame: true });
    const { headers, body } = await place.http.get(`/objects/${key}`).set('Range', range).expect(416);
    expect(headers['content-range']).toBe(told);
    expect(body.code).toBe('range_not_satisfiable');
    expect(labelsOf(headers)).toEqual(place.labels);
  });

  test('If-Range asks whether the part is of this version', async () => {
    const Range = 'bytes=2-4';
    expect(await readBoth({ Range, 'If-Range': etag }, 'digits')).toMatchObject({
      status: 206,
      isSame: true,
    });
    for (const other of ['"x"', `W/${etag}`, LONG_AGO, '*', 'nonsense'])
      expect(await readBoth({ Range, 'If-Range': other }, 'digits')).toMatchObject({
        status: 200,
        isSame: true,
      });
    // A part that could not be had is not missed when the version is another.
    expect(await readBoth({ Range: 'bytes=99-', 'If-Range': '"x"' }, 'digits')).toMatchObject({
      status: 200,
      isSame: true,
    });
    // A date says so only when its second is over.
    await delay(Date.parse(modified) + SECOND_MS - Date.now());
    expect(await readBoth({ Range, 'If-Range': modified }, 'digits')).toMatchObject({
      status: 206,
      isSame: true,
    });
  });

  test('what this server vouches for and has is neither stale nor asked for elsewhere', async () => {
    for (const wish of ['max-stale', 'only-if-cached', 'no-cache', 'max-stale=5, only-if-cached']) {
      const { headers } = await get('digits', { 'Cache-Control': wish }).expect(200);
      expect(headers).not.toHaveProperty('ringlet-stale');
      await get('none', { 'Cache-Control': wish }).expect(404);
    }
  });

  /** The answer to GET, and whether that to HEAD has the same status and headers. */
  async function readBoth(headers: Record<string, string>, key: string) {
    const [whole, bare] = [await get(key, headers), await head(key, headers)];
    const isSame = isDeepStrictEqual(withoutMoment(bare.headers), withoutMoment(whole.headers));
    const { status, headers: told, body } = whole;
    return { status, headers: told, text: String(body), isSame: isSame && bare.status === whole.status };
  }
});

function withoutMoment({ date: _date, ...rest }: Record<string, unknown>) {
  return rest;
}
