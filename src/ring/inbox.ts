import { decodeMessages } from '../replication/codec/index.js';
import type { Message } from '../replication/index.js';
import type { Batch } from './batch.js';
import { faults } from './faults.js';

const SEQUENCE_SPAN = 2 ** 32;

/** The sequence number of the batch after this one. */
export function next(sequence: number): number {
  return (sequence + 1) % SEQUENCE_SPAN;
}

/** What comes in on one lane. */
export class Inbox {
  private received = 0;

  /**
   * The messages of a batch that arrived. A gap or a repetition means that this link is broken.
   * @throws LinkFault
   */
  take({ sequence, payload }: Batch): readonly Message[] {
    const expected = next(this.received);
    if (sequence !== expected) throw faults.malformed(`batch ${sequence} where ${expected} was due`);
    this.received = sequence;
    try {
      return decodeMessages(payload);
    } catch (error) {
      throw faults.malformed(error instanceof Error ? error.message : String(error));
    }
  }
}
