import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { medium } from './bodies.js';
import { curl } from './curl.js';
import { describeWith } from './programs.js';
import { useSite } from './site.js';

const PYTHON = `
import sys, urllib.error, urllib.request as web

here, there = sys.argv[1:]
body = sys.stdin.buffer.read()

def status(url, **words):
    try:
        with web.urlopen(web.Request(url, **words), timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()

assert status(here, method='PUT', data=body)[0] == 201
code, headers, got = status(there)
assert code == 200 and got == body
assert status(there, headers={'If-None-Match': headers['ETag']})[0] == 304
assert status(here, method='PUT', data=b'', headers={'If-None-Match': '*'})[0] == 412
assert status(there, method='DELETE')[0] == 204
assert status(here, method='DELETE')[0] == 404
print('done')
`;

describe('other clients', () => {
  const site = useSite();

  describeWith('curl')('of build caches, spoken by curl', () => {
    it("work like Bazel's --remote_cache", async () => {
      site().write('output', medium);
      const hash = createHash('sha256').update(medium).digest('hex');
      const [ac, cas] = [`bazel/ac/${hash}`, `bazel/cas/${hash}`];
      for (const key of [ac, cas]) {
        const missed = await curl(site(), [site().url(1, key)]);
        expect(missed).toMatchObject({ code: 0, status: 404 });
        // It takes 200, 201, 202 and 204 for success, also when another machine was faster.
        for (const status of [201, 204])
          expect(await curl(site(), ['-T', 'output', site().url(1, key)])).toMatchObject({ status });
        expect(await curl(site(), ['-I', site().url(2, key)])).toMatchObject({ code: 0, status: 200 });
        expect(await curl(site(), [site().url(0, key)])).toMatchObject({ status: 200, output: medium });
      }
    });

    it("work like Gradle's HttpBuildCache", async () => {
      site().write('output', medium);
      const type = 'application/vnd.gradle.build-cache-artifact.v1';
      const headers = ['-H', 'Expect: 100-continue', '-H', `Content-Type: ${type}`];
      const url = site().url(2, 'gradle/0123456789abcdef0123456789abcdef');
      expect(await curl(site(), [...headers, '-T', 'output', url])).toMatchObject({ code: 0, status: 201 });
      const accept = ['-H', `Accept: ${type}, */*`];
      expect(await curl(site(), [...accept, url])).toMatchObject({ status: 200, output: medium });
    });
  });

  describeWith('python3')('of Python', () => {
    it('work with urllib, which calls every body a form', async () => {
      const words = ['-c', PYTHON, site().url(0, 'python'), site().url(1, 'python')];
      const { output, errors } = await site().run('python3', words, { input: medium });
      expect([output.toString(), errors]).toEqual(['done\n', '']);
    });
  });

  it('leave no mistake in the logs of the servers', () => {
    expect(site().mistakes()).toEqual([]);
  });
});
