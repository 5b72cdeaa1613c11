import { Injectable } from '@nestjs/common';

import { Problem } from '../http/index.js';
import { INLINE_BODY_BYTES, type LogRecord, PIECE_BYTES, type Pieces } from '../replication/index.js';
import { RingService } from '../ring/index.js';
import { slicesOfPiece } from './slices.js';

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

/** Reads bodies that are on this server's disk, for whoever answers with them. */
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
   * The bytes from `first` to before `end`, of which the first slice has been read: null when that is gone. The rest is read as
   * it is taken, a piece at a time, and the next one while the last slice of a piece is on its way. What is not taken any more is not
   * read. It throws BodyGone when a later piece is gone.
   */
  async open(
    record: StoredRecord,
    first: number,
    end: number,
  ): Promise<AsyncGenerator<Uint8Array, void> | null> {
    const slices = this.slices(record, first, end);
    try {
      return from(await slices.next(), slices);
    } catch (error) {
      if (error instanceof BodyGone) return null;
      throw error;
    }
  }

  private async *slices(record: StoredRecord, first: number, end: number): AsyncGenerator<Uint8Array, void> {
    const { size, pieces } = record.body;
    let start = 0;
    let ahead: Promise<Uint8Array | null> | null = null;
    for (let index = 0; index < pieces.length && start < end; index++) {
      const length = pieces[index]?.length ?? Math.min(PIECE_BYTES, size - start);
      if (start + length > first) {
        const bytes: Uint8Array | null = await (ahead ?? this.piece(record, index));
        if (bytes === null)
          throw new BodyGone(`${record.key} was written again, or cannot be read from the disk`);
        const rest: Uint8Array[] = [...slicesOfPiece(bytes, first - start, end - start)];
        for (const slice of rest) {
          const goesOn: boolean = slice === rest.at(-1) && start + length < end;
          ahead = goesOn ? this.piece(record, index + 1) : null;
          yield slice;
        }
      }
      start += length;
    }
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

async function* from(
  first: IteratorResult<Uint8Array, void>,
  rest: AsyncGenerator<Uint8Array, void>,
): AsyncGenerator<Uint8Array, void> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}
