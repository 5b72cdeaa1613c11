/** One server-sent event (WHATWG HTML, 9.2). */
export interface IncomingEvent {
  name: string;
  data: string;
}

/** Longer text without the end of an event is no stream of a Ringlet. */
const mostWaiting = 1_048_576;

/** Takes text in pieces as it comes, and gives the events that are complete. */
export class EventLines {
  private rest = '';

  /** @throws RangeError when no event ends. */
  feed(text: string): IncomingEvent[] {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop()!;
    if (this.rest.length > mostWaiting) throw new RangeError('An event does not end.');
    return blocks.flatMap((block) => {
      const name = fieldOf(block, 'event');
      return name === undefined ? [] : [{ name, data: fieldOf(block, 'data') ?? '' }];
    });
  }
}

function fieldOf(block: string, field: string): string | undefined {
  const line = block.split('\n').find((candidate) => candidate.startsWith(`${field}:`));
  return line?.slice(field.length + 1).trim();
}
