import { bodyOf, digestOf } from '../bodies.js';

/** A file as it is on the disk: it holds a value of the run, or what is left of one that is being replaced. */
export interface SimulatedFile {
  readonly bytes: Uint8Array;
  readonly digest: string;
  /** Milliseconds since the epoch, by the clock of its host. */
  readonly changedMs: number;
}

/** The files that a host shares. They outlive its processes. */
export class SimulatedDirectory {
  readonly files = new Map<string, SimulatedFile>();

  write(key: string, value: string, wall: number): void {
    const bytes = bodyOf(value);
    this.files.set(key, { bytes, digest: digestOf(bytes), changedMs: wall });
  }

  remove(key: string): void {
    this.files.delete(key);
  }

  /** The whole file, if it is as the ring knows it. */
  read({ key, digest }: { readonly key: string; readonly digest: string }): Uint8Array | null {
    const file = this.files.get(key);
    return file?.digest === digest ? file.bytes : null;
  }
}
