const PRIME = 0x01000193;
/** In a module of a test, a global is looked up slowly. */
const { imul } = Math;

/**
 * Everything that happens in a run, as a hash: equal hashes mean that two runs did the same. With a listener it is told in words
 * too, and only then are the words made.
 */
export class Trace {
  private low = 0x811c9dc5 | 0;
  private high = 0x1b873593;
  private readonly buffer = new Float64Array(1);
  private readonly words = new Int32Array(this.buffer.buffer);

  constructor(private readonly listener: ((line: string) => void) | null = null) {}

  number(value: number): void {
    this.buffer[0] = value;
    this.mix(this.words[0]!);
    this.mix(this.words[1]!);
  }

  bytes(bytes: Uint8Array): void {
    let low = this.low;
    for (let i = 0; i < bytes.length; i++) low = imul(low ^ bytes[i]!, PRIME);
    this.low = low;
    this.mix(bytes.length);
  }

  text(text: string): void {
    for (let i = 0; i < text.length; i++) this.mix(text.charCodeAt(i));
  }

  say(line: () => string): void {
    if (this.listener !== null) this.listener(line());
  }

  get hash(): string {
    return hex(this.high) + hex(this.low);
  }

  private mix(word: number): void {
    this.low = imul(this.low ^ word, PRIME);
    this.high = imul(this.high ^ (this.low >>> 13) ^ word, 0x85ebca6b);
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
