/**
 * HTTP/1.1 with keep-alive. Parses no more than a correct measurement needs: the status, Content-Length and
 * the end of the head. An answer is expected to have a Content-Length, or to be a 204.
 */
import { keyOf, keySequence, requestsOf, sharedPerSpec } from '../keys.mjs';

const HEAD_END = Buffer.from('\r\n\r\n');
const STATUS_AT = 'HTTP/1.1 '.length;
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
/** One request in so many is a PUT in the mixed load: 5 %. */
const MIXED_PUT_EVERY = 20;

const puts = sharedPerSpec((spec) => requestsOf(spec, (key, body) => putOf(spec.path + key, body)));
const gets = sharedPerSpec((spec) => requestsOf(spec, (key) => head('GET', spec.path + key, '')));

/** @param {string} path @param {Buffer} body */
function putOf(path, body) {
  return Buffer.concat([head('PUT', path, `Content-Length: ${body.length}\r\n`), body]);
}

/** @param {string} method @param {string} path @param {string} headers */
function head(method, path, headers) {
  return Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`);
}

/** @param {import('../types.mjs').Wire} wire */
export const httpPut = (wire) => httpDialogue(wire, ofKeys(wire, puts));

/** @param {import('../types.mjs').Wire} wire */
export const httpGet = (wire) => httpDialogue(wire, ofKeys(wire, gets));

/** @param {import('../types.mjs').Wire} wire */
export function httpMixed(wire) {
  let count = wire.index; // the connections do not write at the same moment
  return httpDialogue(
    wire,
    ofKeys(wire, (spec) => (++count % MIXED_PUT_EVERY === 0 ? puts(spec) : gets(spec))),
  );
}

/**
 * A PUT of each key, dealt to the connections: built one by one, since there may be millions.
 * @param {import('../types.mjs').Wire} wire
 */
export function httpFill(wire) {
  const { spec } = wire;
  const body = Buffer.alloc(spec.bodyBytes, 'ringlet ');
  let number = wire.index - spec.connections;
  return httpDialogue(wire, () => {
    number += spec.connections;
    return number < spec.keys ? putOf(spec.path + keyOf(number), body) : undefined;
  });
}

/**
 * @param {import('../types.mjs').Wire} wire
 * @param {(spec: import('../types.mjs').LoadSpec) => Buffer[]} choose the requests, one per key
 */
function ofKeys(wire, choose) {
  const nextKey = keySequence(wire.spec, wire.index);
  return () => choose(wire.spec)[nextKey()];
}

/**
 * @param {import('../types.mjs').Wire} wire
 * @param {() => Buffer | undefined} next the next request, if there is one
 * @returns {import('../types.mjs').Dialogue}
 */
function httpDialogue(wire, next) {
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
    request() {
      const bytes = next();
      if (bytes === undefined) wire.done();
      else wire.send(bytes);
    },
    receive,
  };
}
