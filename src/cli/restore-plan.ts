import { type FileHandle, open } from 'node:fs/promises';

import { BackupFault, type BackupRecord, readLine } from './backup-lines.js';
import { BackupReader, type Place } from './backup-reader.js';
import { EXIT, Failure, isCode, reasonOf } from './failure.js';

const READ_BYTES = 256 * 1024;
/** Keys that begin so are the ring's own. */
const INTERNAL = '\u0000';

/** What is in a backup once all its records have been applied. */
export interface Plan {
  /** The last record of each key that has an object then, by key, in the order of the file. */
  readonly places: ReadonlyMap<string, Place>;
  /** Bytes of their bodies. */
  readonly bytes: number;
  /** Records of the ring itself, which no client can write. */
  readonly internal: number;
  readonly revision: number;
}

/** A backup that is open. Only regular files will do, as it is read twice. */
export class BackupFile {
  private constructor(
    readonly name: string,
    private readonly handle: FileHandle,
  ) {}

  /** @throws Failure */
  static async open(name: string): Promise<BackupFile> {
    const handle = await open(name, 'r').catch((error: unknown) => {
      if (isCode(error, 'ENOENT'))
        throw new Failure(
          `There is no file ${name}: name one that ringlet backup has written.`,
          EXIT.notFound,
        );
      throw cannotRead(name, error);
    });
    if ((await handle.stat()).isFile()) return new BackupFile(name, handle);
    await handle.close();
    throw new Failure(`${name} is no regular file, and a backup is read twice: copy it to one first.`);
  }

  /**
   * Reads and verifies all of it.
   *
   * @throws Failure
   */
  async plan(signal: AbortSignal, progress: (bytes: number, total: number) => void): Promise<Plan> {
    const { size } = await this.handle.stat();
    const finals = new Finals();
    const reader = new BackupReader((record, place) => finals.apply(record, place));
    try {
      for await (const chunk of this.bytesFrom(0, size)) {
        signal.throwIfAborted();
        reader.feed(chunk);
        progress(reader.bytes, size);
      }
      return { ...finals.plan(), revision: reader.end().revision };
    } catch (error) {
      if (!(error instanceof BackupFault)) throw error;
      throw new Failure(`${this.name} ${error.message}; nothing was restored: take another backup file.`);
    }
  }

  /** The record at a place of the plan. */
  async record({ line, lineBytes }: Place): Promise<BackupRecord> {
    const read = readLine((await this.read(line, lineBytes)).toString('utf8'));
    if ('end' in read) throw changed(this.name);
    return read;
  }

  /** The whole body, for a small one. */
  body(place: Place): Promise<Buffer> {
    return this.read(place.line + place.lineBytes, place.size);
  }

  /** The body piece by piece. */
  pieces(place: Place): AsyncGenerator<Buffer> {
    const start = place.line + place.lineBytes;
    return this.bytesFrom(start, start + place.size);
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  private async *bytesFrom(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; at += READ_BYTES)
      yield await this.read(at, Math.min(READ_BYTES, end - at));
  }

  private async read(start: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    for (let at = 0; at < length;) {
      const { bytesRead } = await this.handle
        .read(bytes, at, length - at, start + at)
        .catch((error: unknown) => {
          throw cannotRead(this.name, error);
        });
      if (bytesRead === 0) throw changed(this.name);
      at += bytesRead;
    }
    return bytes;
  }
}

/** Applies records in their order, and keeps of each object only where it is. */
class Finals {
  private readonly places = new Map<string, Place>();
  private readonly internal = new Set<string>();

  apply({ key, kind }: BackupRecord, place: Place): void {
    if (key.startsWith(INTERNAL)) {
      if (kind === 'put') this.internal.add(key);
      else this.internal.delete(key);
      return;
    }
    this.places.delete(key);
    if (kind === 'put') this.places.set(key, place);
  }

  plan(): Omit<Plan, 'revision'> {
    let bytes = 0;
    for (const { size } of this.places.values()) bytes += size;
    return { places: this.places, bytes, internal: this.internal.size };
  }
}

function changed(name: string): Failure {
  return new Failure(`${name} was changed while it was read: take a backup file that nobody writes.`);
}

function cannotRead(name: string, error: unknown): Failure {
  return new Failure(`${name} cannot be read (${reasonOf(error)}): permit it, or name another file.`);
}
