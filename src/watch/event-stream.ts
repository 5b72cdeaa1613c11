import { subjectOf } from '../replication/index.js';
import { type ChangeTexts, renderEvent, renderOpening } from './event-text.js';
import type { History } from './history.js';
import type { Notice } from './notice.js';

/** What is handed to the client's connection at once. Besides, only the connection's own small buffer waits there. */
const CHUNK_CHARACTERS = 64 * 1024;
/** Notices that may wait for a client that does not read. */
const MAX_WAITING = 256;
/** The position of a stream whose client may have missed anything. */
const LOST = -1;

/** What a stream needs of an answer of node:http. */
export interface Sink {
  /** False: no more before `drain`. */
  write(text: string): boolean;
  once(event: 'drain', listener: () => void): unknown;
  end(): unknown;
  destroy(): unknown;
}

interface Waiting {
  readonly notice: Notice;
  /** The revision behind which it belongs. */
  readonly at: number;
}

/**
 * One client that watches: a position in the history, which all that was committed passes in order. What was missed and
 * what is new are the same to it, so nothing is lost or told twice between the two, and a client that reads slowly
 * costs a position, not memory. When the history has moved on past such a client its stream ends; it may resume, and
 * is then told of the gap.
 */
export class EventStream {
  private readonly waiting: Waiting[] = [];
  private isBlocked = false;
  private isOver = false;

  /** `position`: everything up to this revision is known to the client. It may be ahead of this server. */
  constructor(
    private readonly sink: Sink,
    private readonly history: History,
    private readonly texts: ChangeTexts,
    private readonly prefix: string,
    private position: number,
    retryMs: number,
  ) {
    this.send(renderOpening(position, retryMs));
  }

  /** The client knows more than was committed here, or than ever was. */
  get isAhead(): boolean {
    return this.position > this.history.last;
  }

  /** Tells it behind everything that was committed before it. Call `advance` then. */
  add(notice: Notice): void {
    this.waiting.push({ notice, at: this.history.last });
  }

  /** A sign of life for who would wait for one: whoever has not read what there is needs none. */
  beat(notice: Notice): void {
    if (!this.isBlocked) this.add(notice);
  }

  /** The client may have missed anything. Call `advance` then. */
  lose(): void {
    this.position = LOST;
  }

  /** Sends what is due, as far as the client reads. */
  advance(): void {
    if (this.isOver) return;
    const isPassed = this.position < this.history.start;
    if (this.isBlocked && (isPassed || this.waiting.length > MAX_WAITING)) return this.cut();
    if (!this.isBlocked && isPassed) this.tellGap();
    while (!this.isBlocked) {
      const chunk = this.next();
      if (chunk === '') return;
      this.send(chunk);
    }
  }

  /** What is on its way to the client still arrives, unless that would take the client to read. */
  end(): void {
    if (this.isBlocked) return this.cut();
    if (!this.isOver) this.sink.end();
    this.isOver = true;
  }

  private cut(): void {
    this.isOver = true;
    this.sink.destroy();
  }

  /** The history goes on behind the gap; what was before it, the client has to read anew. */
  private tellGap(): void {
    const revision = this.history.last;
    this.position = revision;
    this.send(renderEvent('gap', revision, JSON.stringify({ revision })));
  }

  private next(): string {
    let chunk = '';
    while (chunk.length < CHUNK_CHARACTERS) {
      const first = this.waiting[0];
      if (first !== undefined && first.at <= this.position) {
        this.waiting.shift();
        chunk += renderEvent(first.notice.name, this.position, first.notice.data);
      } else if (this.position < this.history.last) {
        chunk += this.textOf(++this.position);
      } else break;
    }
    return chunk;
  }

  private textOf(revision: number): string {
    const key = this.history.keyAt(revision);
    return key !== '' && subjectOf(key).startsWith(this.prefix) ? this.texts.of(revision) : '';
  }

  private send(text: string): void {
    if (this.sink.write(text)) return;
    this.isBlocked = true;
    this.sink.once('drain', () => {
      this.isBlocked = false;
      this.advance();
    });
  }
}
