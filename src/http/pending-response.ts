import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

const PENDING = '_httpMessage';

/**
 * The response that a connection is to send next, or is sending; undefined between requests. Node has no public name
 * for it, and its own handling of faulty requests depends on the same field.
 */
export function pendingResponse(socket: Duplex): ServerResponse | undefined {
  return (socket as Duplex & { [PENDING]?: ServerResponse | null })[PENDING] ?? undefined;
}
