import type { State } from './state.js';

/** What objects take of this server's memory and disk, and what the ring has left: an object needs room at every member. */
export class Memory {
  constructor(
    private readonly state: State,
    /** Bytes of bodies that are ahead of their record. */
    private readonly reservedBytes: () => number,
  ) {}

  get usedBytes(): number {
    return this.state.catalogue.bytes + this.reservedBytes();
  }

  /** Bytes that are left here, in memory and on the disk. */
  get room(): number {
    const { memoryLimitBytes } = this.state.options;
    return Math.max(0, Math.min(memoryLimitBytes - this.usedBytes, this.diskRoom));
  }

  /** For a body whose size is not known, with each piece of it: for others room was set aside when they were announced. */
  get hasRoom(): boolean {
    return this.usedBytes <= this.state.options.memoryLimitBytes && this.diskRoom > 0;
  }

  /** Whether so many bytes more have room here, and had it at every member a beat ago. */
  fits(bytes: number): boolean {
    return bytes <= this.room && bytes <= this.state.ringRoom;
  }

  /** What is ahead of its record is not on the disk yet, but will be. */
  private get diskRoom(): number {
    const { diskRoom } = this.state.options;
    return diskRoom === undefined ? Infinity : diskRoom() - this.reservedBytes();
  }
}
