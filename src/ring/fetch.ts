import {
  type LogRecord,
  type BodyPlace,
  type Outcome,
  PIECE_BYTES,
  type ServerId,
} from '../replication/index.js';
import { createDigest } from './digest.js';

export type Missing = Exclude<Outcome, { kind: 'piece' }>;

/** What a fetch asks of the server. */
export interface FetchHost {
  /** The outcome is a piece, or says why there is none. */
  want(index: number): Promise<Outcome>;
  /** A piece on this server's disk; null when it is not there. */
  read(place: BodyPlace, index: number): Promise<Uint8Array | null>;
  /** It was to be on the disk, and is not. */
  unreadable(): void;
  end(): void;
}

/** How often a piece is asked for that was to be on the disk, and was just moved or given up there. */
const MOST_READS = 3;
const GONE: Missing = { kind: 'absent' };

/**
 * A large body that is not here, piece by piece in order as others send it. To ask for a piece says that the one before it is needed no
 * more. Of a body that is read from its beginning the last piece is handed out only if the whole is what was written.
 */
export class Fetch {
  /** Who had the body; known with the first piece. */
  via: ServerId | null = null;
  private readonly digest = createDigest();
  private hashed = 0;
  private isOver = false;

  constructor(
    private readonly record: Pick<LogRecord, 'size' | 'digest'>,
    private readonly host: FetchHost,
  ) {}

  async piece(index: number): Promise<Uint8Array | Missing> {
    for (let reads = 0; reads < MOST_READS; reads++) {
      const outcome = await this.host.want(index);
      if (outcome.kind !== 'piece') return outcome;
      this.via = outcome.via;
      const bytes = outcome.bytes ?? (await this.read(outcome.places, index));
      if (bytes !== null) return this.isSound(bytes, index) ? bytes : GONE;
      // To ask after the end would begin anew, with nobody to end it.
      if (this.isOver) return GONE;
      this.host.unreadable();
    }
    return GONE;
  }

  /** All was had, or no more is wanted. */
  end(): void {
    this.isOver = true;
    this.host.end();
  }

  private async read(places: readonly BodyPlace[], index: number): Promise<Uint8Array | null> {
    for (const place of places) {
      const bytes = await this.host.read(place, index);
      if (bytes !== null) return bytes;
    }
    return null;
  }

  private isSound(bytes: Uint8Array, index: number): boolean {
    if (index !== this.hashed) return true;
    this.digest.update(bytes);
    this.hashed++;
    const { size, digest } = this.record;
    return this.hashed * PIECE_BYTES < size || this.digest.finish() === digest;
  }
}
