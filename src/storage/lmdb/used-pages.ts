import { broken } from './broken.js';
import { META_PAGES } from './layout.js';

/** Which pages something refers to. In a sound file each page has one use, or is free. */
export class UsedPages {
  private readonly bits: Uint8Array;
  private count = 0;

  constructor(private readonly total: number) {
    this.bits = new Uint8Array(Math.ceil(total / 8));
  }

  take(number: number): void {
    if (number < META_PAGES || number >= this.total) throw broken(`there is no page ${number}`);
    const bit = 1 << (number & 7);
    if ((this.bits[number >> 3]! & bit) !== 0) throw broken(`page ${number} has two uses`);
    this.bits[number >> 3]! |= bit;
    this.count += 1;
  }

  /** A page of neither use has been lost together with what referred to it. */
  finish(): void {
    const lost = this.total - META_PAGES - this.count;
    if (lost > 0) throw broken(`${lost} pages are neither in use nor free`);
  }
}
