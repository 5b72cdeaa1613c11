import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { createNonce, type Page, pagePolicy, Problem } from '../http/index.js';

const FOLDER = new URL('./page/', import.meta.url);
const NONCE = /\{\{nonce\}\}/g;
const SCRIPT = 'text/javascript; charset=utf-8';

/** All files beside the page itself, by name. */
const FILES: Readonly<Record<string, string>> = {
  'style.css': 'text/css; charset=utf-8',
  'main.js': SCRIPT,
  'elements.js': SCRIPT,
  'server.js': SCRIPT,
  'summary.js': SCRIPT,
  'drawing.js': SCRIPT,
  'members.js': SCRIPT,
  'feed.js': SCRIPT,
  'objects.js': SCRIPT,
};

/** @throws Problem when there is no such file. */
export async function readPageFile(file: string): Promise<Page> {
  const type = Object.hasOwn(FILES, file) ? FILES[file] : undefined;
  if (type === undefined) throw new Problem('no_resource');
  const body = await readFile(new URL(file, FOLDER));
  const digest = createHash('sha256').update(body).digest('base64url');
  return { type, body, etag: `"${digest}"` };
}

/** The page itself differs each time by the word that its scripts and styles are allowed by. */
export async function renderPage(): Promise<Page> {
  const nonce = createNonce();
  const markup = await readFile(new URL('index.html', FOLDER), 'utf8');
  const body = markup.replaceAll(NONCE, nonce);
  return { type: 'text/html; charset=utf-8', body, policy: pagePolicy(nonce) };
}
