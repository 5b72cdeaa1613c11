import { describe, expect, test } from '@jest/globals';

import { Problem } from '../http/index.js';
import { keyOf, pathOf } from './key.js';

const codeOf = (target: string): string => {
  try {
    return `key ${keyOf(target)}`;
  } catch (error) {
    return (error as Problem).code;
  }
};

describe('a key', () => {
  test.each([
    ['/objects/a', 'a'],
    ['/objects/a/b/c', 'a/b/c'],
    ['/objects/a//b/', 'a//b/'],
    ['/objects/../x/./y', '../x/./y'],
    ['/objects/%2e%2e%2Fx', '../x'],
    ['/objects/a%20b+c', 'a b+c'],
    ['/objects/%25', '%'],
    ['/objects/a?b=c', 'a'],
    ['/objects/a%3Fb%23', 'a?b#'],
    ['/objects/%F0%9F%92%8D', '💍'],
    ['/objects/\u00C3\u00A9', 'é'],
    ['/objects/%EF%BB%BFa', '\uFEFFa'],
    ['/objects/__proto__', '__proto__'],
    [`/objects/${'k'.repeat(1024)}`, 'k'.repeat(1024)],
    [`/objects/${'%C3%A9'.repeat(512)}`, 'é'.repeat(512)],
  ])('of %j', (target, key) => {
    expect(keyOf(target)).toBe(key);
  });

  test.each([
    ['/objects/', 'key_empty'],
    ['/objects/?a', 'key_empty'],
    ['/objects/%', 'key_encoding'],
    ['/objects/%4', 'key_encoding'],
    ['/objects/%zz', 'key_encoding'],
    ['/objects/%+1', 'key_encoding'],
    ['/objects/%C3', 'key_encoding'],
    ['/objects/%C0%80', 'key_encoding'],
    ['/objects/%ED%A0%80', 'key_encoding'],
    ['/objects/\u00E9', 'key_encoding'],
    ['/objects/a#b', 'key_encoding'],
    ['/objects/a%00b', 'key_control_character'],
    ['/objects/a%0A', 'key_control_character'],
    ['/objects/%7F', 'key_control_character'],
    ['/objects/a%C2%85b', 'key_control_character'],
    [`/objects/${'k'.repeat(1025)}`, 'key_too_long'],
    [`/objects/${'%C3%A9'.repeat(512)}a`, 'key_too_long'],
  ])('is refused in %j', (target, code) => {
    expect(codeOf(target)).toBe(code);
  });

  test('is not looked for in the query', () => {
    expect(pathOf('/objects/a?b?c')).toBe('/objects/a');
  });
});
