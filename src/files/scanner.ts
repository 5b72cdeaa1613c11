import { lstat, rm } from 'node:fs/promises';
import { basename } from 'node:path';

import type { LoggerService } from '@nestjs/common';

import type { Directory } from './directory.js';
import type { LeftOut } from './left-out.js';
import { isPart } from './mirror.js';
import { isUnder } from './path-key.js';
import { walk, type Walked } from './walk.js';
import { Watching } from './watching.js';

/** Walks begin so long after each other, or so many times what the last one took, so that they take little of the machine. */
const RESCAN_MS = 60_000;
const UNWATCHED_RESCAN_MS = 5_000;
const SHARE_OF_TIME = 200;
/** When it is known that something is new, it need not wait for long. */
const HURRIED_MS = 1_000;
const HURRIED_SHARE = 10;
/** Directories that are walked through by themselves; beyond that, everything is. */
const MOST_CHANGED = 1_000;
const EVERYTHING = '';

interface ScanHost {
  found(key: string): void;
  /** After each walk. @param keys of all files that it met @param under the directory that it went through; '' for all */
  scanned(keys: ReadonlySet<string>, under: string): void;
}

/** When a walk ended, and how long it took. */
interface Walk {
  readonly endedAt: number;
  readonly tookMs: number;
}

/**
 * Finds the files of the directory: all of them by walking through it, now and then, and what is new by hearing of it. Of a directory that is
 * new, or is not what it was, what is in it has to be walked through as well, soon.
 */
export class Scanner {
  private readonly watching: Watching;
  private readonly changed = new Set<string>();
  private isScanning = false;
  private isClosed = false;
  private isWatched = true;
  private isFirst = true;
  private last: Walk = { endedAt: 0, tookMs: 0 };
  private lastOfAll = this.last;

  /** @param isWritable what was left of a file that was being written goes */
  constructor(
    private readonly directory: Directory,
    private readonly host: ScanHost,
    private readonly leftOut: LeftOut,
    private readonly logger: Pick<LoggerService, 'warn'>,
    private readonly isWritable: boolean,
  ) {
    this.watching = new Watching(directory.root, {
      touched: (key) => void (isPart(basename(key)) || this.host.found(key)),
      changed: (under) => this.note(under),
      failed: (error) => this.unwatched(error),
    });
  }

  /** All was walked through, and nothing is known to have changed since. */
  get isSettled(): boolean {
    return !this.isFirst && !this.isScanning && this.changed.size === 0;
  }

  get isWalking(): boolean {
    return this.isScanning;
  }

  /** To be called several times a second. @param now monotonic milliseconds */
  tick(now: number): void {
    this.watching.flush();
    if (this.isScanning) return;
    const isAllDue = this.isFirst || now >= this.nextOfAllAt();
    if (!isAllDue && (this.changed.size === 0 || now < nextAt(this.last, HURRIED_MS, HURRIED_SHARE))) return;
    const walks = isAllDue ? [EVERYTHING] : outermost(this.changed);
    this.changed.clear();
    void this.run(walks, now);
  }

  /** A walk that is under way ends. */
  close(): void {
    this.isClosed = true;
    this.watching.close();
  }

  private nextOfAllAt(): number {
    const isHeard = this.isWatched && this.watching.hasRoot;
    return nextAt(this.lastOfAll, isHeard ? RESCAN_MS : UNWATCHED_RESCAN_MS, SHARE_OF_TIME);
  }

  private note(under: string): void {
    this.changed.add(this.changed.size < MOST_CHANGED ? under : EVERYTHING);
  }

  private async run(walks: readonly string[], now: number): Promise<void> {
    this.isScanning = true;
    for (const under of walks) await this.scan(under);
    const endedAt = performance.now();
    // The first one takes long, as the files are read meanwhile.
    this.last = { endedAt, tookMs: this.isFirst ? 0 : endedAt - now };
    if (walks.includes(EVERYTHING)) this.lastOfAll = this.last;
    this.isFirst = false;
    this.isScanning = false;
  }

  private async scan(under: string): Promise<void> {
    const keys = new Set<string>();
    const others = new Set<string>();
    const directories = new Set<string>();
    if (under !== EVERYTHING && !(await this.isDirectory(under))) this.host.found(under);
    else
      for await (const walked of walk(this.directory.root, under)) {
        if (this.isClosed) return;
        else if (walked.kind === 'directory') this.enter(walked.key, directories);
        else if (walked.kind === 'left-out') this.leaveOut(walked, others);
        else if (isPart(basename(walked.key))) await this.cleanUp(walked.key);
        else {
          keys.add(walked.key);
          this.host.found(walked.key);
        }
      }
    if (this.isClosed) return;
    this.watching.retain(directories, under);
    this.leftOut.retain((name) => keys.has(name) || others.has(name), under);
    this.host.scanned(keys, under);
  }

  /** Neither is one what has become a link, which may lead elsewhere. */
  private async isDirectory(key: string): Promise<boolean> {
    const found = await lstat(this.directory.pathOf(key)).catch(() => null);
    return found?.isDirectory() === true;
  }

  private enter(directory: string, directories: Set<string>): void {
    directories.add(directory);
    this.watching.add(directory);
  }

  private leaveOut({ name, reason }: Extract<Walked, { kind: 'left-out' }>, names: Set<string>): void {
    names.add(name);
    this.leftOut.note(name, reason);
  }

  /** Only before anything is written by this process. */
  private async cleanUp(key: string): Promise<void> {
    if (!this.isWritable || !this.isFirst) return;
    await rm(this.directory.pathOf(key), { force: true }).catch(() => undefined);
  }

  private unwatched({ message }: Error): void {
    if (!this.isWatched) return;
    this.isWatched = false;
    this.logger.warn(
      `Changes in FILES_DIR are noticed late, as not all of it can be watched (${message}); on Linux, raise fs.inotify.max_user_watches`,
    );
  }
}

function nextAt({ endedAt, tookMs }: Walk, leastMs: number, share: number): number {
  return endedAt + Math.max(leastMs, share * tookMs);
}

/** Without those that are in another one. */
function outermost(directories: ReadonlySet<string>): string[] {
  const outer: string[] = [];
  // What is in a directory comes behind it, whatever is in between.
  for (const directory of [...directories].toSorted())
    if (!outer.some((one) => isUnder(directory, one))) outer.push(directory);
  return outer;
}
