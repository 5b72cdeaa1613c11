import type { Body, LogRecord, Message, Outcome, ReplicaEvent, View } from '../../src/replication/index.js';

type NameOf = (id: number) => string;
const decoder = new TextDecoder();

/** What is said of a message; null for those that only keep the ring alive. */
export function wordsOfMessage(message: Message, nameOf: NameOf): string | null {
  switch (message.kind) {
    case 'heartbeat':
    case 'probe':
    case 'probe-answer':
    case 'state-answer':
      return null;
    case 'submit':
      return `submit ${message.operation.kind} ${message.operation.key} from ${nameOf(message.origin)}${message.operation.blob === 0 ? '' : ` with ${nameOf(message.origin)}${message.operation.blob}`}`;
    case 'append':
      return `append ${wordsOfRecord(message.record)}${message.bare ? ' without its body' : ''}`;
    case 'stored':
    case 'watermark':
      return `${message.kind} ${message.revision}`;
    case 'lookup':
    case 'found':
      return `${message.kind} ${message.key} for ${nameOf(message.asker)}`;
    case 'blob-open':
      return `open ${nameOf(message.source)}${message.blob} as far as ${nameOf(message.end)}${message.key === '' ? '' : `, for ${message.key}`}`;
    case 'blob-want':
      return `want ${nameOf(message.source)}${message.blob} from ${message.held} on`;
    case 'blob-piece':
      return `piece ${message.index} of ${nameOf(message.source)}${message.blob}: ${message.digest === '' ? decoder.decode(message.bytes) : 'digest'}`;
    case 'blob-progress':
      return `progress of ${nameOf(message.source)}${message.blob}: ${message.held}`;
    case 'blob-refused':
      return `refused ${nameOf(message.source)}${message.blob}: ${message.reason}`;
    case 'blob-live':
      return `live of ${nameOf(message.source)}: [${message.blobs.join(' ')}]`;
    case 'invite':
      return `invite ${message.newcomer.name}`;
    case 'prepare':
      return `prepare ${message.ballot.number} by ${nameOf(message.ballot.proposer)}, promised by [${message.promises.map(({ member }) => nameOf(member)).join(' ')}]`;
    case 'accept':
      return `accept ${wordsOfView(message.view)}, accepted by [${message.acceptedBy.map(nameOf).join(' ')}]`;
    case 'install':
      return `install ${wordsOfView(message.view)}`;
    case 'join':
      return `join ${message.newcomer.name}`;
    case 'join-refused':
      return `join refused: ${message.reason}`;
    case 'state':
      return `state [${[...message.records, ...message.log].map(wordsOfRecord).join(', ')}]${message.rest === null ? '' : ' and the rest'}`;
  }
}

export function wordsOfEvent(event: ReplicaEvent): string {
  switch (event.kind) {
    case 'view':
      return wordsOfView(event.view);
    case 'committed':
      return `committed ${wordsOfRecord(event.record)}`;
    case 'suspected':
      return `suspects ${event.server.name}: ${event.reason}`;
    case 'offering':
      return `offers ${event.count}`;
    case 'handing-on':
      return `hands ${event.left} on`;
    case 'handed-on':
      return `leaves with ${event.left}`;
    case 'merged':
      return 'merged';
    case 'damaged':
      return `finds ${wordsOfRecord(event.record)} damaged: ${event.fate}`;
    case 'stranger':
      return `met another ring in ${wordsOfView(event.view)}`;
    case 'removed':
      return `removed by ${wordsOfView(event.view)}`;
    case 'join-refused':
      return `join refused: ${event.reason}`;
  }
}

export function wordsOfOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'done':
      return `done, ${wordsOfRecord(outcome.record)}`;
    case 'refused':
      return `refused (${outcome.record.refusal}), ${wordsOfRecord(outcome.record)}`;
    case 'object':
      return `${textOf(outcome.record.body!)}, ${wordsOfRecord(outcome.record)}`;
    case 'not-done':
    case 'unavailable':
      return `${outcome.kind} (${outcome.reason})`;
    default:
      return outcome.kind;
  }
}

export function wordsOfView(view: View): string {
  const members = view.members.map(({ name, full }) => (full ? name : `${name}~`)).join(' ');
  return `view ${view.id.number} [${members}]${view.provisional ? ' provisional' : ''}`;
}

function textOf(body: Body): string {
  return decoder.decode(
    body instanceof Uint8Array ? body : Buffer.concat(body.pieces.map((piece) => piece!)),
  );
}

function wordsOfRecord(record: LogRecord): string {
  return `r${record.revision} ${record.kind} ${record.key}`.trimEnd();
}
