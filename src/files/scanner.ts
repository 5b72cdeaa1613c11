import { rm } from 'node:fs/promises';
import { basename } from 'node:path';

import type { LoggerService } from '@nestjs/common';

import type { Directory } from './directory.js';
import type { LeftOut } from './left-out.js';
import { isPart } from './mirror.js';
import { walk } from './walk.js';
import { Watching } from './watching.js';

/** Walks begin so long after each other, or so many times what the last one took, so that they take little of the machine. */
const RESCAN_MS = 60_000;
const UNWATCHED_RESCAN_MS = 5_000;
const SHARE_OF_TIME = 200;
/** When it is known that something is new, it need not wait for long. */
const HURRIED_MS = 1_000;
const HURRIED_SHARE = 10;

interface ScanHost {
  found(key: string): void;
  /** After each walk. @param keys of all files that it met */
  scanned(keys: ReadonlySet<string>): void;
}

/** Finds the files of the directory: all of them by walking through it, now and then, and what is new by hearing of it. */
export class Scanner {
  private readonly watching: Watching;
  private isScanning = false;
  private isHurried = true;
  private isWatched = true;
  private lastEndedAt = 0;
  private lastTookMs = 0;
  private isFirst = true;

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
      unsure: () => void (this.isHurried = true),
      failed: (error) => this.unwatched(error),
    });
  }

  /** All was walked through, and nothing is known to have changed since. */
  get isSettled(): boolean {
    return !this.isFirst && !this.isScanning && !this.isHurried;
  }

  /** To be called several times a second. @param now monotonic milliseconds */
  tick(now: number): void {
    this.watching.flush();
    if (this.isScanning || now < this.nextAt()) return;
    this.isScanning = true;
    this.isHurried = false;
    void this.scan().then(() => {
      this.isScanning = false;
      this.lastEndedAt = performance.now();
      // The first one takes long, as the files are read meanwhile.
      if (!this.isFirst) this.lastTookMs = this.lastEndedAt - now;
      this.isFirst = false;
    });
  }

  close(): void {
    this.watching.close();
  }

  private nextAt(): number {
    if (this.isFirst) return 0;
    const [leastMs, share] = this.isHurried
      ? [HURRIED_MS, HURRIED_SHARE]
      : [this.isWatched ? RESCAN_MS : UNWATCHED_RESCAN_MS, SHARE_OF_TIME];
    return this.lastEndedAt + Math.max(leastMs, share * this.lastTookMs);
  }

  private async scan(): Promise<void> {
    const keys = new Set<string>();
    const directories = new Set<string>();
    for await (const walked of walk(this.directory.root)) {
      if (walked.kind === 'directory') this.enter(walked.key, directories);
      else if (walked.kind === 'left-out') this.leftOut.note(walked.name, walked.reason);
      else if (isPart(basename(walked.key))) await this.cleanUp(walked.key);
      else {
        keys.add(walked.key);
        this.host.found(walked.key);
      }
    }
    this.watching.retain(directories);
    this.host.scanned(keys);
  }

  private enter(directory: string, directories: Set<string>): void {
    directories.add(directory);
    this.watching.add(directory);
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
