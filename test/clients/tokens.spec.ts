import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { large, medium } from './bodies.js';
import { Ccache } from './ccache.js';
import { curl } from './curl.js';
import { describeWith } from './programs.js';
import { useSite } from './site.js';

const TOKEN = 'a-token-of-32-characters-or-more';
const STORED = { code: 0, status: 201 };

describeWith('curl')('clients of a ring with a token', () => {
  const site = useSite({ AUTH_TOKEN: TOKEN });

  it.each([
    ['as the password of any user', ['-u', `any:${TOKEN}`]],
    ['when the server asks for it', ['--anyauth', '-u', `any:${TOKEN}`]],
    ['as a bearer', ['-H', `Authorization: Bearer ${TOKEN}`]],
    ['from .netrc', ['-n']],
  ])('are let in: curl with the token %s', async (_way, words) => {
    site().write('.netrc', `machine 127.0.0.1 login any password ${TOKEN}\n`);
    site().write('file', medium);
    const url = site().url(1, `let-in/${words[0]}${words.length}`);
    expect(await curl(site(), ['-T', 'file', ...words, url])).toMatchObject(STORED);
    expect(await curl(site(), [...words, url])).toMatchObject({ code: 0, status: 200, output: medium });
    expect(await curl(site(), ['-X', 'DELETE', ...words, url])).toMatchObject({ code: 0, status: 204 });
  });

  it.each([
    ['announced', []],
    ['sent at once', ['-H', 'Expect:']],
  ])('are told without one, however large the file: %s', async (_how, words) => {
    site().write('large', large);
    for (const token of [[], ['-u', 'any:wrong']]) {
      const sent = await curl(site(), ['-f', '-T', 'large', ...words, ...token, site().url(1, 'refused')]);
      expect(sent).toMatchObject({ code: 22, status: 401 });
    }
    expect(await curl(site(), [site().url(1, 'refused')])).toMatchObject({ status: 404 });
  });

  describeWith('wget')('wget', () => {
    it.each([
      ['on its command line', ['--user', 'any', '--password', TOKEN], ''],
      ['in .netrc', [], `machine 127.0.0.1 login any password ${TOKEN}\n`],
    ])('is let in after it was asked, with the token %s', async (_where, words, netrc) => {
      site().write('.netrc', netrc);
      site().write('file', medium);
      const put = ['-O', '-', '--method=PUT', '--body-file=file', site().url(1, `wget${words.length}`)];
      expect(await site().run('wget', [...words, ...put])).toMatchObject({ code: 0 });
      expect(await curl(site(), [site().url(2, `wget${words.length}`)])).toMatchObject({ output: medium });
    });
  });

  describeWith('ccache', 'gcc')('ccache', () => {
    it('is let in with the token in the address', async () => {
      const ccache = new Ccache(join(site().directory, 'machine'));
      const files = ccache.project.sources.length;
      const remote = site().url(1, 'ccache').replace('//', `//any:${TOKEN}@`);
      const stored = await ccache.buildAnew(remote);
      expect(stored).toEqual({ misses: files, remoteHits: 0, remoteFailures: 0 });
      const hit = await ccache.buildAnew(remote);
      expect(hit).toEqual({ misses: 0, remoteHits: files, remoteFailures: 0 });
    });
  });

  it('leaves no mistake in the logs of the servers', () => {
    expect(site().mistakes()).toEqual([]);
  });
});
