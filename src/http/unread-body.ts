import type { IncomingMessage, ServerResponse } from 'node:http';

/** A body that is announced as at most this long is read and dropped, and the connection goes on. */
const DROPPED_BODY_BYTES = 64 * 1024;
/** What is read of a longer one before the connection is closed. */
const LINGER_BYTES = 1024 * 1024;

/**
 * Whether an answer given now leaves some of the request's body unread on a connection that has to be closed: because it is much, or
 * because nothing comes after this answer anyway.
 */
export function leavesBody({ complete, headers }: IncomingMessage, response: ServerResponse): boolean {
  if (complete) return false;
  if (headers['transfer-encoding'] !== undefined) return true;
  const bytes = Number(headers['content-length'] ?? 0);
  return bytes > (response.shouldKeepAlive ? DROPPED_BODY_BYTES : 0);
}

/**
 * Sends the body of an answer whose headers said `Connection: close`, and closes only when the client has stopped
 * sending, within bounds: to close before would reset the connection, and the answer in flight with it
 * (RFC 9112, 9.6).
 */
export function endEarly(
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  lingerMs: number,
): void {
  if (body !== '') response.write(body);
  response.flushHeaders();
  linger(request, lingerMs, () => response.end());
}

function linger(request: IncomingMessage, lingerMs: number, done: () => void): void {
  let bytes = 0;
  const timer = setTimeout(stop, lingerMs);
  request.on('data', count).once('end', stop).once('close', stop).resume();

  function count(chunk: Buffer): void {
    bytes += chunk.length;
    if (bytes > LINGER_BYTES) stop();
  }
  function stop(): void {
    clearTimeout(timer);
    request.off('data', count).off('end', stop).off('close', stop);
    done();
  }
}
