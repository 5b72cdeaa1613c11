import type { LinkId, Message, Outgoing, Ready } from '../../src/replication/index.js';
import { laneOf, type Lane } from './connection.js';
import type { Core } from './core.js';
import type { Process } from './process.js';
import { violation } from './violation.js';

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
  for (const outgoing of messages) {
    const { link } = outgoing;
    const message = withBytes(process, outgoing);
    if (message === null) continue;
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

/** What is on the disk only is read when it is its turn. null: it is gone, as its object was written again meanwhile, or is for others to keep. */
function withBytes(process: Process, { message, stored }: Outgoing): Message | null {
  const { host, core } = process;
  if (stored === undefined || message.kind !== 'blob-piece') return message;
  if (stored.kind === 'file') {
    const file = host.directory.read(stored);
    if (file === null) process.findUnreadable(stored);
    return file && { ...message, bytes: file };
  }
  const bytes = host.disk!.read(stored, message.index);
  const isRotten = stored.kind === 'records' && host.disk!.isRotten(stored);
  if (bytes === null) process.findUnreadable(stored);
  if (bytes === null && !isRotten && (stored.kind !== 'records' || isNeeded(core, stored.revision)))
    violation('disk', `${host.name} sends a piece of ${JSON.stringify(stored)}, which is not on its disk`);
  return bytes && { ...message, bytes };
}

function isNeeded(core: Core, revision: number): boolean {
  return core.list('', null, Infinity).some((record) => record.revision === revision && record.body !== null);
}

function add(batches: Batch[], link: LinkId, message: Message): void {
  const lane = laneOf(message);
  const batch = batches.find((other) => other.link === link && other.lane === lane);
  if (batch === undefined) batches.push({ link, lane, messages: [message] });
  else batch.messages.push(message);
}
