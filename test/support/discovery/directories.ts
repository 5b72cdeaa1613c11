import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ServerProcess } from '../../../src/lab/server-process.js';
import { waitFor } from '../processes/index.js';

const LISTED_MS = 20_000;

/** A directory for the server of this name to share: a file of its own, in a subdirectory, and one that all have. */
export function directoryOf(home: string, name: string): string {
  const path = join(home, `files-${name}`);
  mkdirSync(join(path, 'of'), { recursive: true });
  writeFileSync(join(path, 'of', name), `only ${name} has this`);
  writeFileSync(join(path, 'all'), 'everyone has this');
  return path;
}

/** Waits until each of these servers lists and reads the files of all of them. Clients that prefer it are sent to the holder. */
export async function untilShared(servers: readonly ServerProcess[]): Promise<void> {
  const names = servers.map(({ place }) => place.name).toSorted();
  const expected = ['all', ...names.map((name) => `of/${name}`)].join();
  for (const server of servers) {
    await waitFor(`the list of ${server.place.name}`, LISTED_MS, async () => {
      const found = await keysAt(server);
      return found === expected ? undefined : found;
    });
    for (const name of names)
      await waitFor(`of/${name} at ${server.place.name}`, LISTED_MS, () => read(server, name));
  }
}

async function keysAt({ place }: ServerProcess): Promise<string> {
  const answer = await fetch(`http://${place.host}:${place.port}/objects`);
  const { objects } = (await answer.json()) as { objects: { key: string }[] };
  return objects.map(({ key }) => key).join();
}

/** What is wrong; undefined when both ways give the file. */
async function read({ place }: ServerProcess, name: string): Promise<string | undefined> {
  const url = `http://${place.host}:${place.port}/objects/of/${name}`;
  for (const Prefer of ['relay', 'redirect']) {
    const text = await (await fetch(url, { headers: { Prefer } })).text();
    if (text !== `only ${name} has this`) return text;
  }
  return undefined;
}
