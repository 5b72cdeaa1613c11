import { type FSWatcher, watch } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { isUnder } from './path-key.js';
import { isFinal } from './reason.js';

/** Names that something is heard of before they are looked at; beyond that, all is. */
const MOST_TOUCHED = 10_000;

const NONE: ReadonlySet<string> = new Set();

interface WatchHost {
  /** Something is new with this file. */
  touched(key: string): void;
  /** It is not known what is new in this directory, which may itself be new, gone or another one; '' is the root. */
  changed(directory: string): void;
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
  private isClosed = false;

  constructor(
    private readonly root: string,
    private readonly host: WatchHost,
  ) {}

  /** False: nothing tells that the root may be read again, or is there. */
  get hasRoot(): boolean {
    return this.watchers.has('');
  }

  add(directory: string): void {
    if (this.isClosed || this.watchers.has(directory)) return;
    try {
      const watcher = watch(join(this.root, directory), { persistent: false }, (_, name) =>
        this.hear(directory, name),
      );
      watcher.on('error', () => this.lose(directory));
      this.watchers.set(directory, watcher);
    } catch (error) {
      // What is gone or may not be read is told of by the directory that it is in.
      if (!isFinal(error)) this.host.failed(error as Error);
    }
  }

  /** No other directories are there in this one. */
  retain(directories: ReadonlySet<string>, under: string): void {
    for (const directory of this.watchers.keys())
      if (isUnder(directory, under) && !directories.has(directory)) this.drop(directory);
  }

  /** Tells what was heard of since the last call. */
  flush(): void {
    const { touched } = this;
    this.touched = new Set();
    for (const key of touched) void this.judge(key);
  }

  close(): void {
    this.isClosed = true;
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
  }

  private hear(directory: string, name: string | null): void {
    if (name === null || this.touched.size >= MOST_TOUCHED) this.host.changed(directory);
    else this.touched.add(directory === '' ? name : `${directory}/${name}`);
  }

  /** Of a directory that comes or goes, everything in it does. */
  private async judge(key: string): Promise<void> {
    const found = await lstat(join(this.root, key)).catch(() => null);
    const directory = key.slice(0, Math.max(0, key.lastIndexOf('/')));
    if (this.watchers.has(key)) this.lose(key);
    else if (found?.isDirectory() === true) this.host.changed(key);
    // The system tells what happens to a directory itself by its own name, as if it were in itself.
    else if (found === null && basename(key) === basename(join(this.root, directory))) this.lose(directory);
    else this.host.touched(key);
  }

  /** Another directory may have its name by now: the next walk watches that one. */
  private lose(directory: string): void {
    this.retain(NONE, directory);
    this.host.changed(directory);
  }

  private drop(directory: string): void {
    this.watchers.get(directory)?.close();
    this.watchers.delete(directory);
  }
}
