import { createHash } from 'node:crypto';

import type { Grant, Input, Operation, Pieces } from '../../../src/replication/index.js';

const DIGEST_CHARACTERS = 16;

type UploadInput = Extract<Input, { kind: 'upload' | 'upload-piece' | 'upload-end' | 'upload-abort' }>;

/** A write whose body went ahead. */
export interface Uploaded {
  readonly operation: Operation;
  readonly body: Pieces;
}

/** Large bodies on their way to a `FakeCore`, by their tickets. */
export class FakeUploads {
  private readonly bodies = new Map<number, Uint8Array[]>();
  private given: Grant[] = [];

  /** Pieces that a body may have now. */
  granted = Number.MAX_SAFE_INTEGER;

  /** How many pieces each has that has not ended. */
  get pieces(): number[] {
    return [...this.bodies.values()].map(({ length }) => length);
  }

  grant(granted: number): void {
    this.granted = granted;
    for (const ticket of this.bodies.keys()) this.given.push({ ticket, pieces: granted });
  }

  takeGrants(): Grant[] {
    return this.given.splice(0);
  }

  forget(ticket: number): void {
    this.bodies.delete(ticket);
  }

  /** Null while there is more to come. */
  step(input: UploadInput): Uploaded | null {
    const { ticket } = input;
    switch (input.kind) {
      case 'upload':
        this.bodies.set(ticket, []);
        this.given.push({ ticket, pieces: this.granted });
        return null;
      case 'upload-piece':
        this.bodies.get(ticket)?.push(input.bytes);
        return null;
      case 'upload-end':
        return this.end(ticket, input.operation);
      case 'upload-abort':
        this.forget(ticket);
        return null;
    }
  }

  private end(ticket: number, operation: Operation): Uploaded | null {
    const pieces = this.bodies.get(ticket);
    if (pieces === undefined) return null;
    this.forget(ticket);
    const digest = createHash('sha256');
    for (const piece of pieces) digest.update(piece);
    const size = pieces.reduce((bytes, { length }) => bytes + length, 0);
    const whole = { size, digest: digest.digest('hex').slice(0, DIGEST_CHARACTERS) };
    return { operation: { ...operation, ...whole }, body: { size, pieces, stored: null } };
  }
}
