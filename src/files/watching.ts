import { type FSWatcher, watch } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

import { isGone } from './reason.js';

/** Names that something is heard of before they are looked at; beyond that, all is. */
const MOST_TOUCHED = 10_000;

interface WatchHost {
  /** Something is new with this file. */
  touched(key: string): void;
  /** It is not known what is new. */
  unsure(): void;
  /** The system does not tell what happens in a directory. */
  failed(error: Error): void;
}

/**
 * Hears from the system what changes in the directories, each of which is watched by itself. It is a hint only: what was not heard of
 * is found by the next walk.
 */
export class Watching {
  private readonly watchers = new Map<string, FSWatcher>();
  private touched = new Set<string>();
  private isUnsure = false;

  constructor(
    private readonly root: string,
    private readonly host: WatchHost,
  ) {}

  add(directory: string): void {
    if (this.watchers.has(directory)) return;
    try {
      const watcher = watch(join(this.root, directory), { persistent: false }, (_, name) =>
        this.hear(directory, name),
      );
      watcher.on('error', () => this.drop(directory));
      this.watchers.set(directory, watcher);
    } catch (error) {
      if (!isGone(error)) this.host.failed(error as Error);
    }
  }

  /** No other directories are there. */
  retain(directories: ReadonlySet<string>): void {
    for (const directory of this.watchers.keys()) if (!directories.has(directory)) this.drop(directory);
  }

  /** Tells what was heard of since the last call. */
  flush(): void {
    const { touched } = this;
    this.touched = new Set();
    if (this.isUnsure) this.host.unsure();
    this.isUnsure = false;
    for (const key of touched) void this.judge(key);
  }

  close(): void {
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
  }

  private hear(directory: string, name: string | null): void {
    if (name === null || this.touched.size >= MOST_TOUCHED) this.isUnsure = true;
    else this.touched.add(directory === '' ? name : `${directory}/${name}`);
  }

  /** Of a directory that comes or goes, everything in it does. */
  private async judge(key: string): Promise<void> {
    const found = await lstat(join(this.root, key)).catch(() => null);
    if (this.watchers.has(key)) this.dropAll(key);
    else if (found?.isDirectory() === true) this.isUnsure = true;
    else this.host.touched(key);
  }

  /** Another directory may have its name by now: the next walk watches that one. */
  private dropAll(directory: string): void {
    for (const watched of this.watchers.keys())
      if (watched === directory || watched.startsWith(`${directory}/`)) this.drop(watched);
  }

  private drop(directory: string): void {
    this.watchers.get(directory)?.close();
    this.watchers.delete(directory);
    this.isUnsure = true;
  }
}
