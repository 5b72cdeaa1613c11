import { weightOf, type Message } from '../replication/index.js';

const SMALL_BYTES = 256;

/** About what a message takes on the wire and in memory, in bytes; never less than its bodies. */
export function weightOfMessage(message: Message): number {
  switch (message.kind) {
    case 'submit':
      return weightOf(message.operation);
    case 'append':
      return message.bare ? SMALL_BYTES : weightOf(message.record);
    case 'found':
      return SMALL_BYTES + message.body.length;
    case 'state':
      return message.records.reduce((bytes, record) => bytes + weightOf(record), SMALL_BYTES);
    default:
      return SMALL_BYTES;
  }
}
