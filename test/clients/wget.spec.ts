import { describe, expect, it } from '@jest/globals';
import { large, medium } from './bodies.js';
import { describeWith } from './programs.js';
import type { Ended } from './run.js';
import { nextSecond } from './seconds.js';
import { useSite } from './site.js';

const DONE = { code: 0 };
const SERVER_ERROR = 8;

describeWith('wget')('wget', () => {
  const site = useSite();

  const wget = (...words: string[]): Promise<Ended> => site().run('wget', words);

  /** Its own way to upload. */
  async function put(place: number, key: string, body: Uint8Array | string): Promise<Ended> {
    site().write('body', body);
    return wget('-S', '-O', '-', '--method=PUT', '--body-file=body', site().url(place, key));
  }

  it('uploads and downloads byte for byte at every server', async () => {
    expect(await put(0, 'file', 'the first')).toMatchObject(DONE);
    const replaced = await put(2, 'file', medium);
    expect(replaced).toMatchObject(DONE);
    expect(replaced.errors).toMatch(/HTTP\/1\.1 204 /);
    for (const place of [0, 1, 2]) {
      expect(await wget('-O', `file-${place}`, site().url(place, 'file'))).toMatchObject(DONE);
      expect(site().read(`file-${place}`)).toEqual(medium);
    }
  });

  it.each([
    ['in one request', 'asked', [], '304 Not Modified'],
    ['by looking first', 'looked', ['--no-if-modified-since'], '200 OK'],
  ])('-N downloads again only what has changed, %s', async (_way, key, words, answer) => {
    const newer = () => wget('-N', '-S', ...words, site().url(1, key));
    await put(0, key, medium);
    expect(await newer()).toMatchObject({ code: 0, errors: expect.stringContaining(`'${key}' saved`) });
    expect(site().read(key)).toEqual(medium);
    const again = await newer();
    expect(again).toMatchObject({ code: 0, errors: expect.not.stringContaining('saved') });
    expect(again.errors.match(/HTTP\/1\.1 .*/g)).toEqual([`HTTP/1.1 ${answer}`]);
    await nextSecond();
    await put(2, key, medium.toReversed());
    expect(await newer()).toMatchObject({ code: 0, errors: expect.stringContaining(`'${key}' saved`) });
    expect(site().read(key)).toEqual(Buffer.from(medium.toReversed()));
  });

  it('-c resumes what was cut off, and ends well when nothing is left', async () => {
    await put(0, 'resumed', medium);
    site().write('resumed', medium.subarray(0, 10_000));
    const resumed = await wget('-c', '-S', site().url(1, 'resumed'));
    expect(resumed).toMatchObject({ code: 0, errors: expect.stringContaining('206 Partial Content') });
    expect(site().read('resumed')).toEqual(medium);
    expect(await wget('-c', site().url(1, 'resumed'))).toMatchObject(DONE);
    expect(site().read('resumed')).toEqual(medium);
  });

  it('looks, deletes, and fails for what is not there', async () => {
    await put(0, 'gone', 'soon');
    expect(await wget('--spider', site().url(1, 'gone'))).toMatchObject(DONE);
    expect(await wget('-O', '-', '--method=DELETE', site().url(1, 'gone'))).toMatchObject(DONE);
    expect(await wget('--spider', site().url(2, 'gone'))).toMatchObject({ code: SERVER_ERROR });
    expect(await wget('-O', '-', site().url(2, 'gone'))).toMatchObject({ code: SERVER_ERROR });
  });

  describe('with objects over 64 KiB', () => {
    it('uploads, downloads and resumes five MiB', async () => {
      expect(await put(0, 'large', large)).toMatchObject(DONE);
      expect(await wget(site().url(1, 'large'))).toMatchObject(DONE);
      expect(site().read('large').equals(large)).toBe(true);
      site().write('large', large.subarray(0, 2_000_000));
      expect(await wget('-c', site().url(2, 'large'))).toMatchObject(DONE);
      expect(site().read('large').equals(large)).toBe(true);
    });
  });

  it('leaves no mistake in the logs of the servers', () => {
    expect(site().mistakes()).toEqual([]);
  });
});
