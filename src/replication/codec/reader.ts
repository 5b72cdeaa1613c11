import { NO_VIEW, type ViewId } from '../view.js';
import { BodyPool } from './body-pool.js';
import { SHARED_BODY_MIN_BYTES } from './format.js';
import { MalformedMessage } from './malformed.js';

const TWO_TO_32 = 2 ** 32;
const REPLACEMENT = '\ufffd';

/** One for all payloads, as a payload often has a single message. */
const bodies = new BodyPool();

/**
 * Reads fields one after the other, in the order in which they were written. Every length and count is checked
 * against the bytes that are left before anything is allocated for it.
 */
export class Reader {
  private readonly view: DataView;
  private position = 0;
  private lastView: ViewId = NO_VIEW;
  private lastText = '';

  constructor(private readonly bytes: Buffer) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Nothing may be left over. */
  finish(): void {
    const left = this.bytes.length - this.position;
    if (left > 0) throw this.malformed(`${left} bytes too many`);
  }

  uint8(): number {
    return this.view.getUint8(this.advance(1));
  }

  uint16(): number {
    return this.view.getUint16(this.advance(2));
  }

  uint32(): number {
    return this.view.getUint32(this.advance(4));
  }

  uint48(): number {
    const at = this.advance(6);
    return this.view.getUint16(at) * TWO_TO_32 + this.view.getUint32(at + 2);
  }

  flag(): boolean {
    const value = this.uint8();
    if (value > 1) throw this.malformed(`${value} is neither yes nor no`);
    return value === 1;
  }

  /** Milliseconds, fractions allowed; -1 stands for never. */
  time(): number {
    const value = this.view.getFloat64(this.advance(8));
    if (!(value >= -1 && value <= Number.MAX_SAFE_INTEGER)) throw this.malformed(`${value} is not a time`);
    return value;
  }

  /** Checks a count of items, each of which takes at least `itemBytes`. */
  checked(count: number, itemBytes: number): number {
    if (count * itemBytes > this.bytes.length - this.position) {
      throw this.malformed(`a count of ${count} is more than the payload has room for`);
    }
    return count;
  }

  text(): string {
    const length = this.uint16();
    return this.textOf(this.advance(length), length);
  }

  /** A text that is often the same as the one before, which is then used again. */
  repeatedText(): string {
    const length = this.uint16();
    const start = this.advance(length);
    if (!this.isLastText(start, length)) this.lastText = this.textOf(start, length);
    return this.lastText;
  }

  /** The view's id; the same object as long as it is the same view. */
  viewId(): ViewId {
    const number = this.uint32();
    const proposer = this.uint48();
    const last = this.lastView;
    if (last.number === number && last.proposer === proposer) return last;
    return (this.lastView = { number, proposer });
  }

  digest(): string {
    const start = this.advance(8);
    return this.bytes.toString('hex', start, start + 8);
  }

  /** Small ones are copies, large ones parts of the payload. */
  body(): Buffer {
    const length = this.uint32();
    const start = this.advance(length);
    if (length >= SHARED_BODY_MIN_BYTES) return this.bytes.subarray(start, start + length);
    const copy = bodies.take(length);
    this.bytes.copy(copy, 0, start, start + length);
    return copy;
  }

  malformed(problem: string): MalformedMessage {
    return new MalformedMessage(problem, this.position);
  }

  /** Steps over `count` bytes; where they start. */
  private advance(count: number): number {
    const start = this.position;
    const end = start + count;
    if (end > this.bytes.length) {
      throw this.malformed(`${count} bytes expected, ${this.bytes.length - start} left`);
    }
    this.position = end;
    return start;
  }

  private textOf(start: number, length: number): string {
    const text = this.bytes.toString('utf8', start, start + length);
    // What is not UTF-8 is decoded as this character, which may also have been written on purpose.
    if (text.includes(REPLACEMENT) && !this.isUtf8(text, start, length)) {
      throw this.malformed('a text is not UTF-8');
    }
    return text;
  }

  private isUtf8(text: string, start: number, length: number): boolean {
    return Buffer.from(text, 'utf8').equals(this.bytes.subarray(start, start + length));
  }

  private isLastText(start: number, length: number): boolean {
    const { bytes, lastText } = this;
    if (lastText.length !== length) return false;
    for (let i = 0; i < length; i++) {
      const byte = bytes[start + i]!;
      if (byte > 0x7f || byte !== lastText.charCodeAt(i)) return false;
    }
    return true;
  }
}
