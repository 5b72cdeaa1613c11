import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

import { errorKind, type ErrorCode } from './errors.js';
import { pendingResponse } from './pending-response.js';
import { problemHeaders, renderProblem } from './problem.js';
import { SANDBOX } from './sandbox.js';

/** A method that this parser does not know, in what is otherwise the first line of a request. */
const REQUEST_LINE = /^[A-Z-]{1,32} \/[^ ]* HTTP\/1\.[01]\r\n/;
const MAX_METHOD_BYTES = 32;
const MAX_LINE_BYTES = 4096;

type ClientError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer; readonly bytesParsed?: number };

/**
 * Answers what is no HTTP request, or ends too early or too late, and closes the connection, since nobody knows where
 * the next request would begin. The answer may only be written where the client takes it for the one to the faulty
 * request: answers that are due to requests before it go first, as one of them may be a write that was done.
 */
export function answerClientError(error: ClientError, socket: Duplex): void {
  const pending = pendingResponse(socket);
  if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
  else if (pending === undefined) socket.end(renderAnswer(error));
  else if (pending.headersSent) socket.destroy();
  else if (pending.req.complete) pending.once('finish', () => socket.end(renderAnswer(error)));
  else socket.end(renderAnswer(error), () => socket.destroy());
}

function renderAnswer(error: ClientError): string {
  const code = codeOf(error);
  const { status } = errorKind(code);
  const body = renderProblem(code);
  const allow = code === 'method_not_allowed' ? ['Allow', 'GET, HEAD, PUT, DELETE, OPTIONS'] : [];
  const headers = [...SANDBOX, ...problemHeaders(code, body), ...allow, 'Connection', 'close'];
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`];
  for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function codeOf(error: ClientError): ErrorCode {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return 'headers_too_large';
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 'chunk_extensions_too_large';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'request_timeout';
    case 'HPE_INVALID_EOF_STATE':
      return 'body_incomplete';
    case 'HPE_INVALID_METHOD':
      return isRequestLine(error) ? 'method_not_allowed' : 'bad_request';
    default:
      return 'bad_request';
  }
}

/** Whether the fault is in the method of an otherwise good line, with which the packet begins. */
function isRequestLine({ rawPacket, bytesParsed = 0 }: ClientError): boolean {
  if (rawPacket === undefined || bytesParsed > MAX_METHOD_BYTES) return false;
  return REQUEST_LINE.test(rawPacket.toString('latin1', 0, MAX_LINE_BYTES));
}
