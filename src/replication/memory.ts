import type { State } from './state.js';

/** What objects take of this server's memory, and what the ring has left: an object needs room at every member. */
export class Memory {
  constructor(
    private readonly state: State,
    /** Bytes of bodies that are ahead of their record. */
    private readonly reservedBytes: () => number,
  ) {}

  get usedBytes(): number {
    return this.state.catalogue.bytes + this.reservedBytes();
  }

  /** Bytes that are left here. */
  get room(): number {
    return Math.max(0, this.state.options.memoryLimitBytes - this.usedBytes);
  }

  /** For a body whose size is not known, with each piece of it: for others room was set aside when they were announced. */
  get hasRoom(): boolean {
    return this.usedBytes <= this.state.options.memoryLimitBytes;
  }

  /** Whether so many bytes more have room here, and had it at every member a beat ago. */
  fits(bytes: number): boolean {
    return bytes <= this.room && bytes <= this.state.ringRoom;
  }
}
