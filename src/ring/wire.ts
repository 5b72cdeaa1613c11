import type { Batch } from './batch.js';
import type { FrameSocket } from './frame-socket.js';

/** One connection of a link, and the way through Nest on which batches get onto it. */
export interface Wire {
  readonly socket: FrameSocket;
  deliver(batch: Batch): void;
}
