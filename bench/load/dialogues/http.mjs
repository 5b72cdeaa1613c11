/**
 * HTTP/1.1 with keep-alive. Parses no more than a correct measurement needs: the status, Content-Length and
 * the end of the head. An answer is expected to have a Content-Length, or to be a 204.
 */
import { keySequence, requestsOf, sharedPerSpec } from '../keys.mjs';

const HEAD_END = Buffer.from('\r\n\r\n');
const STATUS_AT = 'HTTP/1.1 '.length;
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
/** One request in so many is a PUT in the mixed load: 5 %. */
const MIXED_PUT_EVERY = 20;

const puts = sharedPerSpec((spec) =>
  requestsOf(spec, (key, body) =>
    Buffer.concat([head('PUT', spec.path + key, `Content-Length: ${body.length}\r\n`), body]),
  ),
);
const gets = sharedPerSpec((spec) => requestsOf(spec, (key) => head('GET', spec.path + key, '')));

/** @param {string} method @param {string} path @param {string} headers */
function head(method, path, headers) {
  return Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`);
}

/** @param {import('../types.mjs').Wire} wire */
export const httpPut = (wire) => httpDialogue(wire, () => puts(wire.spec));

/** @param {import('../types.mjs').Wire} wire */
export const httpGet = (wire) => httpDialogue(wire, () => gets(wire.spec));

/** @param {import('../types.mjs').Wire} wire */
export function httpMixed(wire) {
  let count = wire.index; // the connections do not write at the same moment
  return httpDialogue(wire, () => (++count % MIXED_PUT_EVERY === 0 ? puts(wire.spec) : gets(wire.spec)));
}

/**
 * @param {import('../types.mjs').Wire} wire
 * @param {() => Buffer[]} choose the requests, one per key
 * @returns {import('../types.mjs').Dialogue}
 */
function httpDialogue(wire, choose) {
  const nextKey = keySequence(wire.spec, wire.index);
  /** @type {Buffer | undefined} */
  let partial; // the head so far
  let bodyLeft = 0;
  let problem = '';

  /** @param {Buffer} bytes */
  function receive(bytes) {
    if (bodyLeft > 0) {
      bodyLeft -= bytes.length;
    } else {
      const all = partial === undefined ? bytes : Buffer.concat([partial, bytes]);
      const end = all.indexOf(HEAD_END);
      if (end < 0) {
        partial = Buffer.from(all);
        return;
      }
      partial = undefined;
      const headText = all.toString('latin1', 0, end);
      problem = headText.charCodeAt(STATUS_AT) === 0x32 ? '' : headText.slice(STATUS_AT, STATUS_AT + 60);
      bodyLeft = Number(CONTENT_LENGTH.exec(headText)?.[1] ?? 0) - (all.length - end - HEAD_END.length);
    }
    if (bodyLeft === 0) wire.answered(problem);
  }

  return {
    open: wire.ready,
    request: () => wire.send(/** @type {Buffer} */ (choose()[nextKey()])),
    receive,
  };
}
