import { expect, it } from '@jest/globals';

import { isFinal, isGone, reasonOf } from './reason.js';

const failure = (code: string) => Object.assign(new Error(`${code}: what the system says`), { code });

it('knows what is no use to try again before something changes', () => {
  const codes = ['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'ELOOP', 'EIO', 'EMFILE'];
  expect(codes.filter((code) => isFinal(failure(code)))).toEqual(codes.slice(0, 5));
  expect(codes.filter((code) => isGone(failure(code)))).toEqual(['ENOENT', 'ENOTDIR']);
  expect(isFinal(new Error('it leads outside'))).toBe(true);
});

it('says why', () => {
  expect(reasonOf(failure('EACCES'))).toBe('may not be read by this server');
  expect(reasonOf(failure('EIO'))).toBe('cannot be read: EIO: what the system says');
});
