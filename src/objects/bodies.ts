import { Injectable } from '@nestjs/common';

import { Problem } from '../http/index.js';
import {
  INLINE_BODY_BYTES,
  type LogRecord,
  PIECE_BYTES,
  type Pieces,
  type ServerId,
} from '../replication/index.js';
import { RingService } from '../ring/index.js';
import { problemOf } from './outcome-problem.js';
import { slicesOf, slicesOfPiece } from './slices.js';

/** How often a read begins anew whose object was written again before its first byte. */
export const MOST_READS = 3;

const NOTHING = new Uint8Array(0);

/** A body cannot be read to its end: its object was written again in the middle, or the disk is damaged. */
export class BodyGone extends Error {
  override readonly name = 'BodyGone';
}

/** A record whose body is on this server's disk, and perhaps only there. */
export type StoredRecord = LogRecord & { readonly body: Pieces };

export function isStored(record: LogRecord): record is StoredRecord {
  const { body } = record;
  return body !== null && !(body instanceof Uint8Array) && body.stored !== null;
}

/** What a client is told when it has begun anew often enough. */
export function bodyGone(): Problem {
  return new Problem('read_no_holder', {
    detail: 'This server cannot read it from its disk, or it is written again and again.',
  });
}

/** Whether its body is read and kept as a whole. */
export function isSmall({ size }: LogRecord): boolean {
  return size <= INLINE_BODY_BYTES;
}

/** A body that is read as it is taken. */
export interface OpenBody {
  readonly slices: AsyncGenerator<Uint8Array, void>;
  /** The name of the server whose copy it is; null when that is this one. */
  readonly via: string | null;
}

/** A piece; null when it is gone; what the client is to be told when it cannot be had. */
type Piece = Uint8Array | Problem | null;

/** Where the pieces of a large body come from. */
interface Source {
  readonly via: ServerId | null;
  piece(index: number): Promise<Piece>;
  end(): void;
}

/** Reads bodies that are on this server's disk or at others, for whoever answers with them. */
@Injectable()
export class Bodies {
  constructor(private readonly ring: RingService) {}

  /** A small body; null when it is gone. `keep`: whoever comes next finds it in memory. */
  async whole(record: StoredRecord, keep: boolean): Promise<Uint8Array | null> {
    if (record.size === 0) return NOTHING;
    const body = await this.piece(record, 0);
    if (keep && body !== null && record.body.stored?.kind !== 'file') this.ring.warm(record, body);
    return body;
  }

  /**
   * The bytes from `first` to before `end` of a large body that is on the disk or not here, of which the first piece has been read: null
   * when that is gone. The rest is read as it is taken, a piece at a time, and the next one while the last slice of a piece is on its way. What
   * is not taken any more is not read. It throws BodyGone when a later piece is gone, and Problem when it cannot be had.
   */
  async open(record: LogRecord, first: number, end: number): Promise<OpenBody | null> {
    const source = isStored(record) ? this.disk(record) : this.others(record, end);
    const slices = slicesFrom(source, record, first, end);
    try {
      await slices.next();
      return { slices, via: source.via === null ? null : this.ring.nameOf(source.via) };
    } catch (error) {
      if (error instanceof BodyGone) return null;
      throw error;
    }
  }

  private disk(record: StoredRecord): Source {
    return { via: null, piece: (index) => this.piece(record, index), end: () => undefined };
  }

  private others(record: LogRecord, end: number): Source {
    const fetch = this.ring.fetch(record, Math.ceil(end / PIECE_BYTES));
    return {
      get via() {
        return fetch.via;
      },
      async piece(index) {
        const found = await fetch.piece(index);
        if (found instanceof Uint8Array) return found;
        return found.kind === 'absent' ? null : problemOf(found);
      },
      end: () => fetch.end(),
    };
  }

  /** Its record says where it was when it came. By now it is with the record, unless that is just on its way to the disk. */
  private async piece(record: StoredRecord, index: number): Promise<Uint8Array | null> {
    const { body, revision } = record;
    const here = body.pieces[index] ?? null;
    if (here !== null) return here;
    const isFile = body.stored!.kind === 'file';
    let bytes = isFile ? null : await this.ring.piece({ kind: 'records', revision }, index);
    if (body.stored!.kind !== 'records') bytes ??= await this.ring.piece(body.stored!, index);
    if (bytes === null) this.ring.unreadable(record);
    return bytes;
  }
}

/** The bytes of a body, each once. What comes from the disk or from elsewhere is to be taken to its end, or to be returned. */
export type Content = Iterable<Uint8Array> | AsyncGenerator<Uint8Array, void>;

/** All bytes of a body, wherever it is; null when it is there no more. `keep`: as of `Bodies.whole`. @throws as `Bodies.open` does */
export async function contentOf(
  bodies: Pick<Bodies, 'whole' | 'open'>,
  record: LogRecord,
  keep: boolean,
): Promise<Content | null> {
  const { body, size } = record;
  if (body instanceof Uint8Array) return [body];
  if (isStored(record) && isSmall(record)) {
    const whole = await bodies.whole(record, keep);
    return whole && [whole];
  }
  if (body !== null && !isStored(record)) return slicesOf(body, 0, size);
  return (await bodies.open(record, 0, size))?.slices ?? null;
}

/** Its first step brings nothing, but the first piece is here then; from there on, whoever has it is to take it to its end or to return it. */
async function* slicesFrom(
  source: Source,
  { key, size }: LogRecord,
  first: number,
  end: number,
): AsyncGenerator<Uint8Array, void> {
  let index = Math.floor(first / PIECE_BYTES);
  let ahead: Promise<Piece> | null = null;
  try {
    for (let start = index * PIECE_BYTES; start < end; start += PIECE_BYTES) {
      const bytes: Piece = await (ahead ?? source.piece(index));
      if (bytes instanceof Problem) throw bytes;
      if (bytes === null) throw new BodyGone(`${key} was written again, or cannot be read from where it is`);
      if (ahead === null) yield NOTHING;
      const rest: Uint8Array[] = [...slicesOfPiece(bytes, first - start, end - start)];
      index++;
      for (const slice of rest) {
        const goesOn: boolean = slice === rest.at(-1) && start + bytes.length < Math.min(end, size);
        ahead = goesOn ? source.piece(index) : null;
        yield slice;
      }
    }
  } finally {
    source.end();
  }
}
