import { bad } from './answer-headers.js';

/** Of one event. */
const MAX_CHARACTERS = 1024 * 1024;

export interface RawEvent {
  /** '' when only an id was told. */
  readonly type: string;
  readonly id: string;
  readonly data: string;
}

/** Reads a stream of events (WHATWG HTML, 9.2.6), in pieces as they come. A server of a ring ends lines with LF only. */
export class EventParser {
  private rest = '';

  /** What is complete by now. @throws RingletError `bad_answer` when an event has no end */
  feed(text: string): RawEvent[] {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop()!;
    if (this.rest.length > MAX_CHARACTERS) throw bad('an event of it does not end');
    return blocks.map(parseEvent);
  }
}

function parseEvent(block: string): RawEvent {
  const fields = { event: '', id: '', data: '' };
  for (const line of block.split('\n')) {
    const [, name, value] = /^(event|id|data): ?(.*)$/s.exec(line) ?? [];
    if (name !== undefined) fields[name as keyof typeof fields] += value!;
  }
  return { type: fields.event, id: fields.id, data: fields.data };
}
