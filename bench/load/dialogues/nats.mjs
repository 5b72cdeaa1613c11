/**
 * NATS: a write to a key of a KV bucket is a publish to its subject, acknowledged by the stream in a message
 * to the reply subject. Every connection has one inbox and one write under way, so one SUB lasts.
 */
import { keySequence, requestsOf, sharedPerSpec } from '../keys.mjs';

export const BUCKET = 'bench';

const CONNECT =
  'CONNECT {"verbose":false,"pedantic":false,"echo":true,"headers":true,"no_responders":true}\r\n';
const END = '\r\n';

/** All but the reply subject, which differs from connection to connection. */
const parts = sharedPerSpec((spec) =>
  requestsOf(spec, (key, body) => Buffer.concat([Buffer.from(`$KV.${BUCKET}.${key}\0`), body])),
);

/**
 * @param {import('../types.mjs').Wire} wire
 * @returns {import('../types.mjs').Dialogue}
 */
export function natsPut(wire) {
  const inbox = `_INBOX.bench.${process.pid}.${wire.port}.${wire.index}`;
  const nextKey = keySequence(wire.spec, wire.index);
  const requests = parts(wire.spec).map((part) => complete(part, inbox, wire.spec.bodyBytes));
  let text = '';
  let greeted = false;

  function readGreeting() {
    if (!text.includes('PONG\r\n')) return;
    greeted = true;
    text = '';
    wire.ready();
  }

  function readAnswer() {
    if (text.startsWith('PING\r\n')) {
      wire.send(Buffer.from('PONG\r\n'));
      text = text.slice('PING\r\n'.length);
    }
    const lineEnd = text.indexOf(END);
    if (lineEnd < 0) return;
    // MSG subject sid bytes | HMSG subject sid headerBytes bytes (no responders)
    const payloadBytes = Number(text.slice(text.lastIndexOf(' ', lineEnd) + 1, lineEnd));
    const size = lineEnd + END.length + payloadBytes + END.length;
    if (!(text.length < size)) finish(text.slice(lineEnd + END.length, size), size);
  }

  /** @param {string} payload @param {number} size */
  function finish(payload, size) {
    const problem = text.startsWith('MSG ') && !payload.includes('"error"') ? '' : text.slice(0, 200).trim();
    text = text.slice(size);
    wire.answered(problem);
  }

  return {
    open: () => wire.send(Buffer.from(`${CONNECT}SUB ${inbox} 1\r\nPING\r\n`)),
    request: () => wire.send(/** @type {Buffer} */ (requests[nextKey()])),
    receive(bytes) {
      text += bytes.toString('latin1');
      if (greeted) readAnswer();
      else readGreeting();
    },
  };
}

/** @param {Buffer} part @param {string} inbox @param {number} bodyBytes */
function complete(part, inbox, bodyBytes) {
  const subjectEnd = part.indexOf(0);
  return Buffer.concat([
    Buffer.from(`PUB ${part.toString('latin1', 0, subjectEnd)} ${inbox} ${bodyBytes}\r\n`),
    part.subarray(subjectEnd + 1),
    Buffer.from(END),
  ]);
}
