import {
  formatServerId,
  type BlobOpen,
  type Input,
  type LogRecord,
  type Message,
  type Outcome,
  type Promise,
  type ReplicaEvent,
  type View,
  type ViewId,
} from '../../src/replication/index.js';

const id = (server: number) => formatServerId(server).slice(0, 4);
const viewId = ({ number, proposer }: ViewId) => `${number}@${id(proposer)}`;

export function describeView(view: View): string {
  const members = view.members.map(
    (member) => `${member.name}:${id(member.id)}${member.full ? '' : '~'}@${member.last}`,
  );
  const notes = `${view.provisional ? ' provisional' : ''}${view.holdMs > 0 ? ` hold ${Math.round(view.holdMs)}` : ''}`;
  return `view ${viewId(view.id)} of ${view.parent === null ? 'none' : viewId(view.parent)} [${members.join(' ')}] start ${view.start}${notes}`;
}

export function describeRecord(record: LogRecord): string {
  const request = record.origin === 0 ? '' : ` ${id(record.origin)}#${record.request}`;
  return `r${record.revision} ${record.kind} ${record.key}${record.floor > 0 ? ` floor ${record.floor}` : ''}${record.of > 0 ? ` of r${record.of}` : ''}${request}${record.blob > 0 ? `:${record.blob}` : ''}`;
}

const blobOf = ({ view, source, blob }: Pick<BlobOpen, 'view' | 'source' | 'blob'>) =>
  `${view.number} ${id(source)}:${blob}`;

const promise = (given: Promise) =>
  `${id(given.member)}@${given.last}${given.accepted === null ? '' : ` accepted ${given.accepted.ballot.number}`}`;

export function describeMessage(message: Message): string {
  switch (message.kind) {
    case 'submit':
      return `submit/${message.view.number} ${id(message.origin)}#${message.request} ${message.operation.kind} ${message.operation.key}${message.operation.blob > 0 ? ` blob ${message.operation.blob}` : ''}`;
    case 'append':
      return `append/${message.view.number} ${describeRecord(message.record)}${message.bare ? ' bare' : ''}`;
    case 'stored':
    case 'watermark':
      return `${message.kind}/${message.view.number} ${message.revision}`;
    case 'heartbeat':
      return `heartbeat/${message.view.number} ${message.lap}`;
    case 'lookup':
    case 'found':
      return `${message.kind}/${message.view.number} ${message.key} r${message.revision} for ${id(message.asker)}`;
    case 'blob-open':
      return `blob-open/${blobOf(message)} size ${message.size} as far as ${id(message.end)}${message.key === '' ? '' : ` for ${message.key} r${message.revision}`}`;
    case 'blob-want':
    case 'blob-progress':
      return `${message.kind}/${blobOf(message)} held ${message.held}`;
    case 'blob-piece':
      return `blob-piece/${blobOf(message)} ${message.digest === '' ? message.index : `${message.index} digest`}`;
    case 'blob-refused':
      return `blob-refused/${blobOf(message)} ${message.reason}`;
    case 'blob-live':
      return `blob-live/${message.view.number} ${id(message.source)} [${message.blobs.join(' ')}]`;
    case 'invite':
      return `invite/${message.view.number} ${message.newcomer.name}:${id(message.newcomer.id)} host ${id(message.host)} failed ${message.failed.map(id).join(' ')}`;
    case 'prepare':
      return `prepare of ${viewId(message.of.id)} ballot ${message.ballot.number}@${id(message.ballot.proposer)} promises [${message.promises.map(promise).join(', ')}] accused [${message.accused.map((accused) => id(accused.id) + (accused.gone ? '†' : '')).join(' ')}]${message.objected ? ' objected' : ''} newcomers [${message.newcomers.map(({ server }) => server.name).join(' ')}] leavers [${message.leavers.map(id).join(' ')}] filled [${message.filled.map(id).join(' ')}]`;
    case 'accept':
      return `accept of ${viewId(message.of.id)} ballot ${message.ballot.number}@${id(message.ballot.proposer)} by [${message.acceptedBy.map(id).join(' ')}] ${describeView(message.view)}`;
    case 'install':
      return `install ${describeView(message.view)}`;
    case 'join':
      return `join ${message.newcomer.name}:${id(message.newcomer.id)}`;
    case 'join-refused':
      return `join-refused ${message.reason}`;
    case 'state':
      return `state ${message.part} [${message.records.map((record) => `r${record.revision}`).join(' ')}]${message.rest === null ? '' : ` rest watermark ${message.rest.watermark}`} log [${message.log.map((record) => `r${record.revision}`).join(' ')}]`;
    case 'state-answer':
      return `state-answer ${message.part}`;
    case 'probe':
    case 'probe-answer':
      return message.kind;
  }
}

export function describeInput(input: Input): string {
  switch (input.kind) {
    case 'write':
      return `write #${input.ticket} ${input.operation.kind} ${input.operation.key} if ${input.operation.condition.kind}`;
    case 'upload':
      return `upload #${input.ticket} of ${input.size}`;
    case 'upload-piece':
      return `upload-piece #${input.ticket} ${input.bytes.length} bytes`;
    case 'upload-end':
      return `upload-end #${input.ticket} ${input.operation.key} if ${input.operation.condition.kind}`;
    case 'upload-abort':
      return `upload-abort #${input.ticket}`;
    case 'read':
      return `read #${input.ticket} ${input.key}`;
    case 'fetch':
      return `fetch #${input.ticket} ${input.fetch}/${input.index} of ${input.key} r${input.version}`;
    case 'fetch-end':
      return `fetch-end ${input.fetch}`;
    case 'warm':
      return `warm ${input.key}`;
    case 'unreadable':
      return `unreadable ${JSON.stringify(input.stored)}`;
    case 'saved':
      return `saved ${input.sequence}`;
    case 'barrier':
    case 'leave':
    case 'adopt':
      return `${input.kind} #${input.ticket}`;
    case 'sighted':
      return `sighted ${input.address}`;
    case 'found':
    case 'tick':
      return input.kind;
    case 'linked':
      return `linked ${input.link} to ${input.peer.name}:${id(input.peer.id)}`;
    case 'dial-failed':
      return `dial-failed ${input.address} ${input.reason}${input.gone ? ' (gone)' : ''}`;
    case 'accepted':
      return `accepted ${input.link} from ${input.peer.name}:${id(input.peer.id)}`;
    case 'closed':
      return `closed ${input.link}`;
    case 'frames':
      return `${input.link}: ${input.messages.map(describeMessage).join('; ')}`;
  }
}

export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'done':
      return `done ${describeRecord(outcome.record)}${outcome.copies === null ? '' : ` in ${outcome.copies} copies`}`;
    case 'refused':
    case 'object':
      return `${outcome.kind} ${describeRecord(outcome.record)}`;
    case 'not-done':
    case 'unavailable':
      return `${outcome.kind} (${outcome.reason})`;
    default:
      return outcome.kind;
  }
}

export function describeEvent(event: ReplicaEvent): string {
  switch (event.kind) {
    case 'view':
      return describeView(event.view);
    case 'suspected':
      return `suspects ${event.server.name}:${id(event.server.id)}: ${event.reason}`;
    case 'committed':
      return `committed ${describeRecord(event.record)}`;
    case 'offering':
      return `offers ${event.count} records`;
    case 'handing-on':
      return `hands ${event.left} objects on`;
    case 'handed-on':
      return `leaves with [${event.keys.join(' ')}]`;
    case 'merged':
      return 'has nothing to offer any more';
    case 'damaged':
      return `finds ${describeRecord(event.record)} damaged: ${event.fate}`;
    case 'stranger':
      return `met a stranger in ${describeView(event.view)}`;
    case 'removed':
      return `removed by ${describeView(event.view)}`;
    case 'join-refused':
      return `join refused: ${event.reason}`;
  }
}
