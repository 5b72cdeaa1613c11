import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { expect, test } from '@jest/globals';

import { Problem } from '../http/index.js';
import { readPageFile, renderPage } from './files.js';

const FOLDER = resolve('src/dashboard/page');
const files = readdirSync(FOLDER).filter((file) => file !== 'index.html');

test('every file of the page is served, as what it is', async () => {
  for (const file of files) {
    const { type, body, etag } = await readPageFile(file);
    expect(type).toBe(file.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8');
    expect(Buffer.from(body)).toEqual(readFileSync(join(FOLDER, file)));
    expect(etag).toMatch(/^"[\w-]{43}"$/);
  }
});

test.each(['index.html', '../files.ts', '..', '', 'constructor', '__proto__', 'main.js/../style.css'])(
  '"%s" is not',
  async (file) => {
    await expect(readPageFile(file)).rejects.toThrow(Problem);
  },
);

test('the page allows its own scripts and styles, by another word each time', async () => {
  const [one, two] = [await renderPage(), await renderPage()];
  const nonce = /script-src 'nonce-([\w+/=]{24})'/.exec(one.policy!)![1]!;
  expect(two.policy).not.toContain(nonce);
  expect(String(one.body).split(`nonce="${nonce}"`)).toHaveLength(3);
  expect(one.body).not.toContain('{{');
  expect(one.policy).not.toMatch(/unsafe|script-src[^;]*'self'|\*/);
});

test('nothing that comes from the ring becomes markup, and nothing is in the page that its policy forbids', () => {
  const sources = files
    .filter((file) => file.endsWith('.js'))
    .map((file) => readFileSync(join(FOLDER, file), 'utf8'));
  expect(sources.join('\n')).not.toMatch(
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/,
  );
  const markup = readFileSync(join(FOLDER, 'index.html'), 'utf8');
  expect(markup).not.toMatch(/ style=| on\w+=|<style|<script(?! type="module" nonce="\{\{nonce\}\}" src)/);
});
