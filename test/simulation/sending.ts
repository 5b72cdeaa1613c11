import type { LinkId, Message, Ready } from '../../src/replication/index.js';
import type { Process } from './process.js';

interface Piece {
  readonly link: LinkId;
  readonly batch: Message[];
}

/** Sends what goes out on one link as one piece. A trap may spring between two messages: what follows is never sent. */
export function sendAll(process: Process, messages: Ready['messages']): void {
  const { host, ends } = process;
  const { traps, checks } = host.cluster;
  const pieces: Piece[] = [];
  let sprung = false;
  for (const { link, message } of messages) {
    const trap = traps.springs(host, 'send', message);
    if (trap !== 'before') {
      checks.sent(process, message);
      add(pieces, link, message);
    }
    sprung = trap !== null;
    if (sprung) break;
  }
  for (const { link, batch } of pieces) ends.get(link)?.send(batch);
  if (sprung) host.kill();
}

function add(pieces: Piece[], link: LinkId, message: Message): void {
  const piece = pieces.find((other) => other.link === link);
  if (piece === undefined) pieces.push({ link, batch: [message] });
  else piece.batch.push(message);
}
