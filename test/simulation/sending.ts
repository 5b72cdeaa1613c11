import type { LinkId, Message, Ready } from '../../src/replication/index.js';
import { laneOf, type Lane } from './connection.js';
import type { Process } from './process.js';

interface Batch {
  readonly link: LinkId;
  readonly lane: Lane;
  readonly messages: Message[];
}

/** Sends what goes out on one lane of a link at once. A trap may spring between two messages: what follows is never sent. */
export function sendAll(process: Process, messages: Ready['messages']): void {
  const { host, ends } = process;
  const { traps, checks } = host.cluster;
  const batches: Batch[] = [];
  let sprung = false;
  for (const { link, message: bare, stored } of messages) {
    const message = stored === undefined ? bare : withBytes(bare, host.disk!.read(stored, pieceOf(bare)));
    const trap = traps.springs(host, 'send', message);
    if (trap !== 'before') {
      checks.sent(process, message);
      add(batches, link, message);
    }
    sprung = trap !== null;
    if (sprung) break;
  }
  for (const batch of batches) ends.get(batch.link)?.send(batch.lane, batch.messages);
  if (sprung) host.kill();
}

function pieceOf(message: Message): number {
  return message.kind === 'blob-piece' ? message.index : 0;
}

/** What is on the disk only is read when it is its turn. */
function withBytes(message: Message, bytes: Uint8Array | null): Message {
  if (message.kind !== 'blob-piece' || bytes === null)
    throw new Error('a piece that is not on the disk is sent');
  return { ...message, bytes };
}

function add(batches: Batch[], link: LinkId, message: Message): void {
  const lane = laneOf(message);
  const batch = batches.find((other) => other.link === link && other.lane === lane);
  if (batch === undefined) batches.push({ link, lane, messages: [message] });
  else batch.messages.push(message);
}
