import { MAX_UINT48 } from './format.js';

const TWO_TO_32 = 2 ** 32;

/** Small payloads are written here and copied out at their exact size: cheaper than a new buffer and its view. */
const scratch = Buffer.allocUnsafeSlow(16 * 1024);
const scratchView = viewOf(scratch);

/** Up to here a loop over the characters is faster than a call into the runtime (measured: they meet at about 24). */
const SHORT_TEXT_LENGTH = 24;

/** The value of each hexadecimal digit by its character code, lower case only. */
const HEX_VALUES = hexValues();

/**
 * Writes fields one after the other, big endian, into a buffer that grows when the expectation was too small.
 * A value that does not fit its field is a mistake of the caller: a RangeError, and nothing is sent.
 */
export class Writer {
  private bytes: Buffer;
  private view: DataView;
  private position = 0;

  constructor(expectedBytes: number) {
    const isSmall = expectedBytes <= scratch.length;
    this.bytes = isSmall ? scratch : Buffer.allocUnsafeSlow(expectedBytes);
    this.view = isSmall ? scratchView : viewOf(this.bytes);
  }

  /** What was written, in a buffer of its own. The writer must not be used any more. */
  finish(): Buffer {
    if (this.bytes !== scratch) return this.bytes.subarray(0, this.position);
    const payload = Buffer.allocUnsafe(this.position);
    scratch.copy(payload, 0, 0, this.position);
    return payload;
  }

  uint8(value: number): void {
    if ((value & 0xff) !== value) throw unfit(value, 'an unsigned integer of 8 bits');
    this.reserve(1);
    this.view.setUint8(this.position, value);
    this.position += 1;
  }

  uint16(value: number): void {
    if ((value & 0xffff) !== value) throw unfit(value, 'an unsigned integer of 16 bits');
    this.reserve(2);
    this.view.setUint16(this.position, value);
    this.position += 2;
  }

  uint32(value: number): void {
    if (value >>> 0 !== value) throw unfit(value, 'an unsigned integer of 32 bits');
    this.reserve(4);
    this.view.setUint32(this.position, value);
    this.position += 4;
  }

  uint48(value: number): void {
    const high = Math.floor(value / TWO_TO_32);
    const low = value >>> 0;
    if (!(value >= 0 && value <= MAX_UINT48) || high * TWO_TO_32 + low !== value) {
      throw unfit(value, 'an unsigned integer of 48 bits');
    }
    this.reserve(6);
    this.view.setUint16(this.position, high);
    this.view.setUint32(this.position + 2, low);
    this.position += 6;
  }

  flag(value: boolean): void {
    this.uint8(value ? 1 : 0);
  }

  /** Milliseconds, fractions allowed; -1 stands for never. */
  time(value: number): void {
    if (!(value >= -1 && value <= Number.MAX_SAFE_INTEGER)) throw unfit(value, 'a time');
    this.reserve(8);
    this.view.setFloat64(this.position, value);
    this.position += 8;
  }

  /** At most 65,535 bytes of UTF-8, after their number. */
  text(value: string): void {
    const { length } = value;
    this.reserve(2 + 3 * length);
    if (length > SHORT_TEXT_LENGTH) return this.longText(value);
    const { bytes } = this;
    const start = this.position + 2;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return this.longText(value);
      bytes[start + i] = code;
    }
    this.view.setUint16(this.position, length);
    this.position = start + length;
  }

  /** Sixteen lower-case hexadecimal digits, as eight bytes. */
  digest(value: string): void {
    if (value.length !== 16) throw unfit(value, 'a digest');
    this.reserve(8);
    for (let i = 0; i < 16; i += 2) {
      const high = HEX_VALUES[value.charCodeAt(i)];
      const low = HEX_VALUES[value.charCodeAt(i + 1)];
      if (high === undefined || low === undefined) throw unfit(value, 'a digest');
      this.bytes[this.position++] = (high << 4) | low;
    }
  }

  /** After the number of its bytes. */
  body(value: Uint8Array): void {
    this.uint32(value.length);
    this.reserve(value.length);
    this.bytes.set(value, this.position);
    this.position += value.length;
  }

  private longText(value: string): void {
    const written = this.bytes.write(value, this.position + 2, 'utf8');
    // Anything but ASCII takes more bytes than characters. Half a surrogate pair would arrive as another text.
    if (written !== value.length && /\p{Surrogate}/u.test(value)) throw unfit(value, 'well-formed text');
    if (written > 0xffff) throw unfit(`${value.slice(0, 20)}…`, 'a text of at most 65,535 bytes');
    this.view.setUint16(this.position, written);
    this.position += 2 + written;
  }

  private reserve(count: number): void {
    if (this.position + count > this.bytes.length) this.grow(this.position + count);
  }

  private grow(needed: number): void {
    const bytes = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
    this.bytes.copy(bytes, 0, 0, this.position);
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function unfit(value: number | string, field: string): RangeError {
  return new RangeError(`${value} cannot be sent as ${field}.`);
}

function hexValues(): readonly (number | undefined)[] {
  const values: (number | undefined)[] = Array.from({ length: 128 });
  for (let value = 0; value < 16; value++) values[value.toString(16).charCodeAt(0)] = value;
  return values;
}
