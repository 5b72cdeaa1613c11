/**
 * Redis: a write that is acknowledged by all three is SET, then WAIT 2. `redisPut` sends the pair in one
 * packet, the best that Redis can be asked; `redisPutAwaiting` awaits the one before it sends the other, as
 * most clients do.
 */
import { keySequence, requestsOf, sharedPerSpec } from '../keys.mjs';

const STORED = '+OK\r\n';
const REPLICATED = ':2\r\n';
const WAIT = Buffer.from('*3\r\n$4\r\nWAIT\r\n$1\r\n2\r\n$1\r\n0\r\n');

const sets = sharedPerSpec((spec) => requestsOf(spec, set));
const pairs = sharedPerSpec((spec) => requestsOf(spec, (key, body) => Buffer.concat([set(key, body), WAIT])));

/** @param {string} key @param {Buffer} body */
function set(key, body) {
  const head = `*3\r\n$3\r\nSET\r\n$${key.length}\r\n${key}\r\n$${body.length}\r\n`;
  return Buffer.concat([Buffer.from(head), body, Buffer.from('\r\n')]);
}

/**
 * @param {import('../types.mjs').Wire} wire
 * @returns {import('../types.mjs').Dialogue}
 */
export function redisPutAwaiting(wire) {
  const dialogue = answersOf(wire, sets(wire.spec), REPLICATED);
  return {
    ...dialogue,
    receive(bytes) {
      if (bytes.toString('latin1') === STORED) wire.send(WAIT);
      else dialogue.receive(bytes);
    },
  };
}

/** @param {import('../types.mjs').Wire} wire */
export const redisPut = (wire) => answersOf(wire, pairs(wire.spec), STORED + REPLICATED);

/**
 * @param {import('../types.mjs').Wire} wire
 * @param {Buffer[]} requests
 * @param {string} expected
 * @returns {import('../types.mjs').Dialogue}
 */
function answersOf(wire, requests, expected) {
  const nextKey = keySequence(wire.spec, wire.index);
  let text = '';
  return {
    open: wire.ready,
    request: () => wire.send(/** @type {Buffer} */ (requests[nextKey()])),
    receive(bytes) {
      text += bytes.toString('latin1');
      if (text.length < expected.length && !text.startsWith('-')) return;
      const answer = text;
      text = '';
      wire.answered(answer === expected ? '' : answer.trim());
    },
  };
}
