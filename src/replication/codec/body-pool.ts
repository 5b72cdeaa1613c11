const SLAB_BYTES = 8 * 1024;

/** Larger bodies have memory of their own. */
const POOLED_MAX_BYTES = SLAB_BYTES / 4;

/**
 * Memory for the copies of small bodies, cut from slabs. One allocation for each body would cost several times as much
 * (measured: 1 to 4 µs with many of them alive, against 0.3). A slab lives as long as any body in it, so that a lone
 * survivor holds 8 KiB at the worst; nothing but bodies is cut from it, as what shares Node's own pool comes and goes.
 */
export class BodyPool {
  private slab = Buffer.alloc(0);
  private used = 0;

  /** Memory that is not cleared: the caller fills it. */
  take(count: number): Buffer {
    if (count > POOLED_MAX_BYTES) return Buffer.allocUnsafeSlow(count);
    if (this.used + count > this.slab.length) {
      this.slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.used = 0;
    }
    const start = this.used;
    this.used += count;
    return this.slab.subarray(start, this.used);
  }
}
