import type { State } from './state.js';

/** The share of the memory limit that bodies may take which need not be here. */
const SPARE_SHARE = 1 / 8;

/**
 * What objects take of this server's memory and disk, and what the ring has left: an object needs room at every member. With
 * a disk it is the disk that counts, as memory holds only what is read.
 */
export class Memory {
  constructor(
    private readonly state: State,
    /** Bytes of bodies that are ahead of their record. */
    private readonly reservedBytes: () => number,
  ) {}

  /** Of memory. What need not be here without a disk makes room when it is needed. */
  get usedBytes(): number {
    const { catalogue, journal } = this.state;
    if (journal.isDurable) return catalogue.bytes;
    return catalogue.bytes - catalogue.spareBytes + this.reservedBytes();
  }

  /** Bytes that are left here. */
  get room(): number {
    const { options, journal } = this.state;
    const { memoryLimitBytes, diskRoom } = options;
    return Math.max(
      0,
      journal.isDurable ? diskRoom() - this.reservedBytes() : memoryLimitBytes - this.usedBytes,
    );
  }

  /** Bytes that bodies may take which need not be here: the others go first. */
  get spareLimit(): number {
    const { options, journal } = this.state;
    const most = SPARE_SHARE * options.memoryLimitBytes;
    return journal.isDurable ? most : Math.max(0, Math.min(most, options.memoryLimitBytes - this.usedBytes));
  }

  /** For a body whose size is not known, with each piece of it: for others room was set aside when they were announced. */
  get hasRoom(): boolean {
    const { options, journal } = this.state;
    return journal.isDurable ? options.diskRoom() > 0 : this.usedBytes <= options.memoryLimitBytes;
  }

  /** Whether so many bytes more have room here, and had it at every member a beat ago. */
  fits(bytes: number): boolean {
    return bytes <= this.room && bytes <= this.state.ringRoom;
  }
}
