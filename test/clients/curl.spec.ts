import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { large, medium } from './bodies.js';
import { curl } from './curl.js';
import { describeWith } from './programs.js';
import { useSite } from './site.js';
import { nextSecond } from './seconds.js';

const DONE = { code: 0, status: 200 };
/** curl's exit codes. */
const FAILED = 22;
const TIMED_OUT = 28;
const CANNOT_RESUME = 33;

describeWith('curl')('curl', () => {
  const site = useSite();

  it('uploads a file, overwrites it, and downloads it byte for byte at every server', async () => {
    site().write('file', 'the first');
    expect(await curl(site(), ['-T', 'file', site().url(0, 'file')])).toMatchObject({ code: 0, status: 201 });
    site().write('file', medium);
    expect(await curl(site(), ['-T', 'file', site().url(2, 'file')])).toMatchObject({ code: 0, status: 204 });
    for (const place of [0, 1, 2]) {
      expect(await curl(site(), [site().url(place, 'file')])).toMatchObject({ ...DONE, output: medium });
    }
  });

  it('names the object like the file when the address ends with a slash, and takes several files', async () => {
    site().write('one', '1');
    site().write('two', '2');
    const sent = await curl(site(), ['-T', '{one,two}', site().url(1, 'folder/')]);
    expect(sent).toMatchObject({ code: 0, status: 201 });
    const { output } = await curl(site(), [site().url(0, 'folder/one'), site().url(2, 'folder/two')]);
    expect(output.toString()).toBe('1\n2002');
  });

  it('uploads what it reads from its standard input, in chunks', async () => {
    const sent = await curl(site(), ['-v', '-T', '-', site().url(1, 'piped')], { input: medium });
    expect(sent).toMatchObject({ code: 0, status: 201 });
    expect(sent.errors).toMatch(/^> Transfer-Encoding: chunked/m);
    expect(await curl(site(), [site().url(0, 'piped')])).toMatchObject({ ...DONE, output: medium });
  });

  it('is told to go on when it asks whether to', async () => {
    site().write('asked', medium);
    const words = ['-v', '-H', 'Expect: 100-continue', '-T', 'asked', site().url(1, 'asked')];
    const sent = await curl(site(), words);
    expect(sent).toMatchObject({ code: 0, status: 201 });
    expect(sent.errors).toMatch(/^< HTTP\/1\.1 100 Continue/m);
  });

  it.each(['1.0', '1.1'])('stores an empty file with HTTP/%s, and gets it', async (version) => {
    site().write('empty', '');
    const url = site().url(1, `empty-${version}`);
    const sent = await curl(site(), [`--http${version}`, '-T', 'empty', url]);
    expect(sent).toMatchObject({ code: 0, status: 201 });
    const got = await curl(site(), [`--http${version}`, url]);
    expect(got).toMatchObject({ ...DONE, output: Buffer.alloc(0) });
  });

  it('stays with HTTP/1.1 when it offers HTTP/2', async () => {
    site().write('file', medium);
    const url = site().url(1, 'offered');
    expect(await curl(site(), ['--http2', '-T', 'file', url])).toMatchObject({ code: 0, status: 201 });
    expect(await curl(site(), ['--http2', url])).toMatchObject({ ...DONE, output: medium });
  });

  it('stores as they are bodies that claim to be a form or JSON', async () => {
    const url = site().url(0, 'claim');
    const claims = [[], ['-H', 'Content-Type: application/json']];
    for (const claim of claims) {
      const sent = await curl(site(), ['-X', 'PUT', ...claim, '--data-binary', '@-', url], { input: medium });
      expect(sent.code).toBe(0);
      expect(await curl(site(), [url])).toMatchObject({ ...DONE, output: medium });
    }
  });

  it('resumes a download that was cut off, at another server', async () => {
    await curl(site(), ['-T', '-', site().url(0, 'resumed')], { input: medium });
    site().write('partial', medium.subarray(0, 10_000));
    const got = await curl(site(), ['-C', '-', '-o', 'partial', site().url(1, 'resumed')]);
    expect(got).toMatchObject({ code: 0, status: 206 });
    expect(site().read('partial')).toEqual(medium);
  });

  it('ends well, and spares the file, when there is nothing left to resume', async () => {
    await curl(site(), ['-T', '-', site().url(0, 'resumed')], { input: medium });
    site().write('whole', medium);
    const got = await curl(site(), ['-C', '-', '-o', 'whole', site().url(1, 'resumed')]);
    expect(got).toMatchObject({ code: 0, errors: '' });
    expect(site().read('whole')).toEqual(medium);
  });

  it('fails instead of joining two versions when it tells which one it resumes', async () => {
    const { output } = await curl(site(), ['-D', '-', '-T', '-', site().url(0, 'versions')], {
      input: medium,
    });
    const [, tag] = /^ETag: (.*)\r$/m.exec(output.toString())!;
    const words = ['-C', '-', '-H', `If-Range: ${tag}`, '-o', 'version', site().url(1, 'versions')];
    site().write('version', medium.subarray(0, 10_000));
    expect(await curl(site(), words)).toMatchObject({ code: 0, status: 206 });
    expect(site().read('version')).toEqual(medium);
    site().write('version', medium.subarray(0, 10_000));
    await curl(site(), ['-T', '-', site().url(0, 'versions')], { input: Buffer.from(medium.toReversed()) });
    expect(await curl(site(), words)).toMatchObject({ code: CANNOT_RESUME });
    expect(site().read('version')).toEqual(medium.subarray(0, 10_000));
  });

  it('refuses to resume an upload, and spares the object', async () => {
    site().write('file', large.subarray(0, 60_000));
    await curl(site(), ['-T', '-', site().url(0, 'half')], { input: medium });
    const sent = await curl(site(), ['-f', '-C', '10000', '-T', 'file', site().url(1, 'half')]);
    expect(sent).toMatchObject({ code: FAILED, status: 400 });
    expect(await curl(site(), [site().url(1, 'half')])).toMatchObject({ ...DONE, output: medium });
  });

  it('downloads again only what has changed, by its date', async () => {
    const words = ['-v', '-R', '-z', 'dated', '-o', 'dated', site().url(2, 'dated')];
    await curl(site(), ['-T', '-', site().url(0, 'dated')], { input: medium });
    // There is no file yet to take a date from.
    expect(await curl(site(), words)).toMatchObject({ status: 200 });
    const again = await curl(site(), words);
    // curl itself says 304, too, when it is sent what is not newer.
    expect(again).toMatchObject({ code: 0, errors: expect.stringContaining('< HTTP/1.1 304 Not Modified') });
    expect(site().read('dated')).toEqual(medium);
    await nextSecond();
    await curl(site(), ['-T', '-', site().url(0, 'dated')], { input: Buffer.from('new') });
    expect(await curl(site(), words)).toMatchObject(DONE);
    expect(site().read('dated').toString()).toBe('new');
  });

  it('downloads again only what has changed, by its entity tag, even within a second', async () => {
    const words = ['--etag-compare', 'tag', '--etag-save', 'tag', '-o', 'tagged', site().url(2, 'tagged')];
    site().write('tag', '');
    await curl(site(), ['-T', '-', site().url(0, 'tagged')], { input: medium });
    expect(await curl(site(), words)).toMatchObject(DONE);
    expect(await curl(site(), words)).toMatchObject({ code: 0, status: 304 });
    await curl(site(), ['-T', '-', site().url(0, 'tagged')], { input: Buffer.from('new') });
    expect(await curl(site(), words)).toMatchObject(DONE);
    expect(site().read('tagged').toString()).toBe('new');
  });

  it('shows with -I the headers of a download', async () => {
    await curl(site(), ['-T', '-', site().url(0, 'shown')], { input: medium });
    const { code, output } = await curl(site(), ['-I', site().url(1, 'shown')]);
    const got = await curl(site(), ['-D', '-', '-o', 'shown', site().url(1, 'shown')]);
    expect(code).toBe(0);
    expect(withoutDate(output)).toMatch(/^Content-Length: 65536\r$/m);
    expect(withoutDate(output)).toBe(withoutDate(got.output));
  });

  it('gets the bytes as they were stored when it asks for compressed ones', async () => {
    await curl(site(), ['-T', '-', site().url(0, 'plain')], { input: medium });
    expect(await curl(site(), ['--compressed', site().url(1, 'plain')])).toMatchObject({
      ...DONE,
      output: medium,
    });
  });

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=65530-', 65_530, 65_536],
    ['bytes=-100', 65_436, 65_536],
  ])('gets the part %s', async (range, from, to) => {
    await curl(site(), ['-T', '-', site().url(0, 'parts')], { input: medium });
    const got = await curl(site(), ['-H', `Range: ${range}`, site().url(1, 'parts')]);
    expect(got).toMatchObject({ code: 0, status: 206, output: medium.subarray(from, to) });
  });

  it('deletes, and with -f fails for what is not there', async () => {
    await curl(site(), ['-T', '-', site().url(0, 'gone')], { input: medium });
    const deleted = await curl(site(), ['-f', '-X', 'DELETE', site().url(1, 'gone')]);
    expect(deleted).toMatchObject({ code: 0, status: 204 });
    for (const words of [[], ['-X', 'DELETE']]) {
      const after = await curl(site(), ['-f', ...words, site().url(2, 'gone')]);
      expect(after).toMatchObject({ code: FAILED, status: 404 });
    }
  });

  it('uses one connection for all that it is given', async () => {
    site().write('file', medium);
    const words = ['-w', '%{num_connects} ', '-T', '{file,file,file}', site().url(1, 'kept/')];
    const { output } = await site().run('curl', ['-sS', ...words]);
    expect(output.toString()).toBe('1 0 0 ');
  });

  describe('with objects over 64 KiB', () => {
    it('uploads and downloads five MiB, asked for after a 100 or in chunks', async () => {
      site().write('large', large);
      const sent = await curl(site(), ['-v', '-T', 'large', site().url(0, 'large')]);
      expect(sent).toMatchObject({ code: 0, status: 201 });
      expect(sent.errors).toMatch(/^< HTTP\/1\.1 100 Continue/m);
      expect((await curl(site(), [site().url(1, 'large')])).output.equals(large)).toBe(true);
      const piped = await curl(site(), ['-T', '-', site().url(1, 'large')], { input: large });
      expect(piped).toMatchObject({ code: 0, status: 204 });
      expect((await curl(site(), [site().url(2, 'large')])).output.equals(large)).toBe(true);
    });

    it('resumes elsewhere a download that took too long, when its server is gone', async () => {
      // More than the buffers of both ends take at once, so that the limits of rate and time hold.
      const huge = randomBytes(16 * 1024 * 1024);
      const sent = await curl(site(), ['-T', '-', site().url(2, 'cut')], { input: huge });
      expect(sent).toMatchObject({ code: 0, status: 201 });
      const limits = ['--limit-rate', '1M', '--max-time', '1'];
      const cut = await curl(site(), [...limits, '-o', 'cut', site().url(2, 'cut')]);
      expect(cut.code).toBe(TIMED_OUT);
      expect(site().read('cut').length).toBeLessThan(huge.length);
      await site().kill(2);
      const got = await curl(site(), ['-C', '-', '-o', 'cut', site().url(1, 'cut')]);
      expect(got).toMatchObject({ code: 0, status: 206 });
      expect(site().read('cut').equals(huge)).toBe(true);
    });
  });

  it('leaves no mistake in the logs of the servers', () => {
    expect(site().mistakes()).toEqual([]);
  });
});

function withoutDate(headers: Buffer): string {
  return headers.toString().replace(/^Date: .*$/m, '');
}
