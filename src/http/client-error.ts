import type { Duplex } from 'node:stream';

import { allowedAt, EVERYWHERE } from './allow.js';
import type { ErrorCode } from './errors.js';
import { answerRaw } from './raw-answer.js';

/** A method that this parser does not know, in what is otherwise the first line of a request. */
const REQUEST_LINE = /^[!#$%&'*+.^_`|~\w-]{1,32} ([^ ]+) HTTP\/1\.[01]\r\n/;
/** Another version of HTTP in what is otherwise the first line of a request. */
const OTHER_VERSION = /^\S{1,32} [^ ]+ HTTP\/(?!1\.[01]\r)\d(?:\.\d)?\r\n/;
/** Node's name for it. */
const TIMEOUT_CODE = 'ERR_HTTP_REQUEST_TIMEOUT';
const MAX_METHOD_BYTES = 32;
const MAX_LINE_BYTES = 4096;

type ClientError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer; readonly bytesParsed?: number };

/**
 * Answers what is no HTTP request, or ends too early or too late, and closes the connection, since nobody knows where
 * the next request would begin. `labels`: headers that every answer carries, names and values in turn.
 */
export function answerClientError(error: ClientError, socket: Duplex, labels: readonly string[]): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  answerRaw(socket, (isBegun) => {
    const code = codeOf(error, isBegun);
    const allow = code === 'method_not_allowed' ? ['Allow', allowedAt(targetOf(error) ?? '')] : [];
    return { code, headers: [...labels, ...allow] };
  });
}

/** The client did not send its request in time. */
export function answerTimeout(socket: Duplex, labels: readonly string[]): void {
  answerClientError(Object.assign(new Error('request timeout'), { code: TIMEOUT_CODE }), socket, labels);
}

/**
 * Refuses to be a tunnel. node:http has let go of such a connection, whose end and errors are from now on looked after here.
 */
export function refuseConnect(socket: Duplex, labels: readonly string[]): void {
  socket.on('error', () => socket.destroy());
  socket.once('end', () => socket.end(() => socket.destroy()));
  socket.resume();
  answerRaw(socket, () => ({ code: 'method_not_allowed', headers: [...labels, 'Allow', EVERYWHERE] }));
}

function codeOf(error: ClientError, isBegun: boolean): ErrorCode {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return 'headers_too_large';
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 'chunk_extensions_too_large';
    case TIMEOUT_CODE:
      return 'request_timeout';
    case 'HPE_INVALID_EOF_STATE':
      return isBegun ? 'body_incomplete' : 'bad_request';
    case 'HPE_INVALID_VERSION':
      return OTHER_VERSION.test(firstLineOf(error)) ? 'unknown_http_version' : 'bad_request';
    case 'HPE_PAUSED_H2_UPGRADE':
      return 'unknown_http_version';
    case 'HPE_INVALID_METHOD':
      return targetOf(error) === undefined ? 'bad_request' : 'method_not_allowed';
    default:
      return 'bad_request';
  }
}

/** The target, when the fault is in the method of an otherwise good line, with which the packet begins. */
function targetOf(error: ClientError): string | undefined {
  const { bytesParsed = 0 } = error;
  return bytesParsed > MAX_METHOD_BYTES ? undefined : REQUEST_LINE.exec(firstLineOf(error))?.[1];
}

function firstLineOf({ rawPacket }: ClientError): string {
  return rawPacket?.toString('latin1', 0, MAX_LINE_BYTES) ?? '';
}
