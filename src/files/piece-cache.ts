/** Reads a piece; null when it is not there. */
type Read = () => Promise<Uint8Array | null>;

/** What a piece takes beside its bytes. */
const ENTRY_BYTES = 512;

/**
 * Pieces of files that were read last, up to so many bytes. However many ask for one that is not here, it is read once.
 */
export class PieceCache {
  private readonly pieces = new Map<string, Uint8Array>();
  private readonly coming = new Map<string, Promise<Uint8Array | null>>();
  private bytes = 0;

  constructor(private readonly limitBytes: number) {}

  get(name: string, read: Read): Promise<Uint8Array | null> {
    const here = this.pieces.get(name);
    if (here === undefined) return this.coming.get(name) ?? this.fetch(name, read);
    this.pieces.delete(name);
    this.pieces.set(name, here);
    return Promise.resolve(here);
  }

  private fetch(name: string, read: Read): Promise<Uint8Array | null> {
    const coming = read()
      .then((bytes) => (bytes === null ? null : this.keep(name, bytes)))
      .finally(() => this.coming.delete(name));
    this.coming.set(name, coming);
    return coming;
  }

  private keep(name: string, bytes: Uint8Array): Uint8Array {
    if (weightOf(name, bytes) > this.limitBytes) return bytes;
    this.pieces.set(name, bytes);
    this.bytes += weightOf(name, bytes);
    for (const [oldest, piece] of this.pieces) {
      if (this.bytes <= this.limitBytes) break;
      this.pieces.delete(oldest);
      this.bytes -= weightOf(oldest, piece);
    }
    return bytes;
  }
}

function weightOf(name: string, { length }: Uint8Array): number {
  return 2 * name.length + length + ENTRY_BYTES;
}
