import type { IncomingMessage } from 'node:http';

/** Whether the client waits to be told to send the body. HTTP/1.0 does not know that (RFC 9110, 10.1.1). */
export function expectsContinue(request: IncomingMessage): boolean {
  return request.headers.expect !== undefined && request.httpVersion !== '1.0';
}
