import { MANIFEST } from './archive-path.js';
import { type Content, HELD_BODY_BYTES } from '../objects/index.js';
import type { ResolvedBundle, ResolvedPart } from './resolved.js';
import { END_OF_ARCHIVE, type Entry, headOf, paddingOf } from './tar.js';

/** Parts that are asked for before it is their turn, and bytes that these have together. */
export const MOST_AHEAD = 4;
export const MOST_AHEAD_BYTES = 8 * 1024 * 1024;

/** Brings the body of a part, of the version that was resolved. */
export type Open = (part: ResolvedPart) => Promise<Content>;

interface File extends Entry {
  readonly part: ResolvedPart;
}

/**
 * A tar archive of a bundle: `bundle.json` with the list, then one of each part that is not missing, in the order of the
 * list. The same versions make the same bytes, at every server. Bodies that are elsewhere are asked for a few ahead of their turn; beyond these
 * it holds the one that is read.
 */
export class Archive {
  private readonly manifest: Buffer;
  private readonly files: readonly File[];

  constructor(
    private readonly bundle: ResolvedBundle,
    private readonly open: Open,
  ) {
    this.manifest = Buffer.from(`${JSON.stringify(manifestOf(bundle), null, 2)}\n`);
    this.files = bundle.parts.filter(({ missing }) => !missing).map(fileOf);
  }

  /** Its length in bytes, known before any body is. */
  get bytes(): number {
    return [this.first, ...this.files]
      .map((entry) => headOf(entry).length + entry.size + paddingOf(entry.size).length)
      .reduce((sum, bytes) => sum + bytes, END_OF_ARCHIVE.length);
  }

  /**
   * The first chunk comes when the first body is at hand.
   *
   * @throws PartGone, BodyGone when a part is written again or deleted before all of it was read
   * @throws Problem when nobody has it who can be reached
   */
  async *chunks(): AsyncGenerator<Uint8Array, void> {
    const ahead = new Ahead(this.files, this.open);
    try {
      await ahead.first();
      yield headOf(this.first);
      yield this.manifest;
      yield paddingOf(this.manifest.length);
      yield* this.entries(ahead);
      yield END_OF_ARCHIVE;
    } finally {
      ahead.end();
    }
  }

  private async *entries(ahead: Ahead): AsyncGenerator<Uint8Array, void> {
    for (const file of this.files) {
      const content = await ahead.first();
      yield headOf(file);
      yield* content!;
      yield paddingOf(file.size);
      ahead.drop();
    }
  }

  private get first(): Entry {
    return { path: MANIFEST, size: this.manifest.length, modified: Date.parse(this.bundle.modified) };
  }
}

/** Bodies in the order of their turns, of which the next few are on their way. */
class Ahead {
  private readonly queue: { readonly size: number; readonly content: Promise<Content> }[] = [];
  private asked = 0;

  constructor(
    private readonly files: readonly File[],
    private readonly open: Open,
  ) {}

  /** That of the file whose turn it is. Undefined when there are no more. */
  first(): Promise<Content> | undefined {
    for (let next = this.files[this.asked]; next !== undefined && this.hasRoomFor(next);) {
      this.ask(next);
      next = this.files[++this.asked];
    }
    return this.queue[0]?.content;
  }

  /** It has been read, and the next one has its turn. */
  drop(): void {
    this.queue.shift();
  }

  /** What is left is read by nobody. */
  end(): void {
    for (const { content } of this.queue)
      content.then(
        (bytes) => void ('return' in bytes && bytes.return()),
        () => undefined,
      );
  }

  private hasRoomFor({ part, size }: File): boolean {
    const [turn, ...ahead] = this.queue;
    if (turn === undefined) return true;
    // It would be cut off before its turn, if that comes late.
    if (part.island !== null && size > HELD_BODY_BYTES) return false;
    const bytes = ahead.reduce((sum, other) => sum + other.size, size);
    return ahead.length < MOST_AHEAD && bytes <= MOST_AHEAD_BYTES;
  }

  /** What goes wrong is told when it is its turn, which may never come. */
  private ask({ part, size }: File): void {
    const content = this.open(part);
    content.catch(() => undefined);
    this.queue.push({ size, content });
  }
}

function fileOf(part: ResolvedPart): File {
  return { part, path: part.as, size: part.size!, modified: Date.parse(part.modified!) };
}

/** Without what may differ while the versions stay the same: who keeps them, by what island they came, and as of when that is told. */
function manifestOf({ name, etag, parts }: ResolvedBundle): object {
  return { name, etag, parts: parts.map((part) => ({ ...part, holders: undefined, island: undefined })) };
}
