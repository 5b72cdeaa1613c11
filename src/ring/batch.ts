/** The pattern of the Nest event that a batch is. */
export const FRAMES = 'frames';

/**
 * The core's messages for one link that were ready together, encoded. The sequence number makes sure that none is lost or
 * overtaken between the two links, on the wire or within Nest: it counts from 1.
 */
export interface Batch {
  readonly sequence: number;
  readonly payload: Buffer;
  /** How the payload goes on: bytes that are sent from where they are. It arrives as one. */
  readonly tail?: Uint8Array;
}

/** A batch on its way through Nest. */
export interface BatchEvent {
  readonly pattern: typeof FRAMES;
  readonly data: Batch;
}

/** Instead of a batch: hang up. It goes the same way through Nest, so it overtakes nothing. */
export const HANG_UP: Batch = { sequence: 0, payload: Buffer.alloc(0) };
