import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { RingletClient } from '../../client/index.js';
import type { Sources } from './candidates.js';

/** Nobody waits longer for a completion. */
const DEADLINE_MS = 1000;

/** What a ring and this machine's disk have. What cannot be had is not offered. */
export function sourcesOf(client: RingletClient): Sources {
  return {
    keys: (prefix) => orNothing(keysAt(client, prefix)),
    bundles: (prefix) => orNothing(bundlesAt(client, prefix)),
    servers: () => orNothing(serversAt(client)),
    files: (prefix) => orNothing(filesAt(prefix)),
  };
}

async function keysAt(client: RingletClient, prefix: string): Promise<string[]> {
  const { objects } = await client.page({ prefix, deadlineMs: DEADLINE_MS });
  return objects.map(({ key }) => upToSlash(key, prefix.length));
}

async function bundlesAt(client: RingletClient, prefix: string): Promise<string[]> {
  const { bundles } = await client.bundles.page({ prefix, deadlineMs: DEADLINE_MS });
  return bundles.map(({ name }) => upToSlash(name, prefix.length));
}

async function serversAt(client: RingletClient): Promise<string[]> {
  const { members } = await client.ring({ deadlineMs: DEADLINE_MS });
  return members.map(({ name }) => name);
}

async function filesAt(prefix: string): Promise<string[]> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const entries = await readdir(dirname(`${folder}x`), { withFileTypes: true });
  return entries.map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`);
}

/** Keys are offered level by level, as files are. */
export function upToSlash(key: string, from: number): string {
  const slash = key.indexOf('/', from);
  return slash < 0 ? key : key.slice(0, slash + 1);
}

async function orNothing(words: Promise<string[]>): Promise<string[]> {
  try {
    return await words;
  } catch {
    return [];
  }
}
