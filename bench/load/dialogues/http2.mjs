/** The few frames of HTTP/2 (RFC 9113) and fields of HPACK (RFC 7541) that a unary gRPC call needs. */

export const FRAME = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 };
export const FLAG = { endStream: 1, ack: 1, endHeaders: 4 };
export const FRAME_HEAD_BYTES = 9;

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const INITIAL_WINDOW_SIZE = 4;
const WINDOW_BYTES = 0x7fff0000 - 0xffff;

/** HPACK: an indexed field, and a literal that enters the dynamic table. */
const INDEXED = 0x80;
const LITERAL_INDEXED = 0x40;
const STATIC = { authority: 1, methodPost: 3, path: 4, schemeHttp: 6, contentType: 31 };
const FIRST_DYNAMIC = 62;

/** @param {number} type @param {number} flags @param {number} stream @param {Buffer} payload */
export function frame(type, flags, stream, payload) {
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** The preface, and windows so large that the answers of a whole slice fit. */
export function greeting() {
  const settings = Buffer.alloc(6);
  settings.writeUInt16BE(INITIAL_WINDOW_SIZE, 0);
  settings.writeUInt32BE(WINDOW_BYTES, 2);
  const window = Buffer.alloc(4);
  window.writeUInt32BE(WINDOW_BYTES);
  return Buffer.concat([
    Buffer.from(PREFACE),
    frame(FRAME.settings, 0, 0, settings),
    frame(FRAME.windowUpdate, 0, 0, window),
  ]);
}

/** The fields of the first call enter the server's table in this order; see {@link laterHeaders}. */
export function firstHeaders(/** @type {string} */ path) {
  return Buffer.concat([
    Buffer.from([INDEXED | STATIC.methodPost, INDEXED | STATIC.schemeHttp]),
    Buffer.from([LITERAL_INDEXED | STATIC.path]),
    text(path),
    Buffer.from([LITERAL_INDEXED | STATIC.authority]),
    text('localhost'),
    Buffer.from([LITERAL_INDEXED | STATIC.contentType]),
    text('application/grpc'),
    Buffer.from([LITERAL_INDEXED]),
    text('te'),
    text('trailers'),
  ]);
}

/** The same fields, as indices: the newest entry has the lowest. */
export function laterHeaders() {
  const newest = INDEXED | FIRST_DYNAMIC;
  return Buffer.from([
    INDEXED | STATIC.methodPost,
    INDEXED | STATIC.schemeHttp,
    newest + 3,
    newest + 2,
    newest + 1,
    newest,
  ]);
}

/** @param {string} value shorter than 127 bytes */
function text(value) {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
}
