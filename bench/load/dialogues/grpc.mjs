/**
 * Unary gRPC calls, one after the other on one connection. A call that ended without a message in a DATA
 * frame failed: gRPC sends an error as trailers alone.
 */
import { FLAG, FRAME, FRAME_HEAD_BYTES, firstHeaders, frame, greeting, laterHeaders } from './http2.mjs';

const MESSAGE_HEAD_BYTES = 5; // not compressed, length

/**
 * @param {import('../types.mjs').Wire} wire
 * @param {string} path of the method
 * @param {() => Buffer} nextMessage
 * @returns {import('../types.mjs').Dialogue}
 */
export function grpcDialogue(wire, path, nextMessage) {
  let stream = -1;
  let gotMessage = false;
  /** @type {Buffer} */
  let rest = Buffer.alloc(0);

  function request() {
    const headers = stream < 0 ? firstHeaders(path) : laterHeaders();
    stream = stream < 0 ? 1 : stream + 2;
    gotMessage = false;
    const message = nextMessage();
    const head = Buffer.alloc(MESSAGE_HEAD_BYTES);
    head.writeUInt32BE(message.length, 1);
    wire.send(
      Buffer.concat([
        frame(FRAME.headers, FLAG.endHeaders, stream, headers),
        frame(FRAME.data, FLAG.endStream, stream, Buffer.concat([head, message])),
      ]),
    );
  }

  /** @param {number} type @param {number} flags @param {Buffer} payload */
  function handle(type, flags, payload) {
    if (type === FRAME.settings && !(flags & FLAG.ack)) acknowledge(FRAME.settings, Buffer.alloc(0));
    else if (type === FRAME.ping && !(flags & FLAG.ack)) acknowledge(FRAME.ping, payload);
    else if (type === FRAME.data && payload.length > MESSAGE_HEAD_BYTES) gotMessage = true;
    else if (type === FRAME.reset || type === FRAME.goAway) wire.answered(`stream ended by frame ${type}`);
    else if (type === FRAME.headers && flags & FLAG.endStream)
      wire.answered(gotMessage ? '' : readable(payload));
  }

  /** @param {number} type @param {Buffer} payload */
  function acknowledge(type, payload) {
    wire.send(frame(type, FLAG.ack, 0, payload));
  }

  return {
    open() {
      wire.send(greeting());
      wire.ready();
    },
    request,
    receive(bytes) {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      while (rest.length >= FRAME_HEAD_BYTES) {
        const end = FRAME_HEAD_BYTES + rest.readUIntBE(0, 3);
        if (rest.length < end) break;
        const [type = 0, flags = 0] = rest.subarray(3, 5);
        const payload = rest.subarray(FRAME_HEAD_BYTES, end);
        rest = rest.subarray(end);
        handle(type, flags, payload);
      }
      rest = Buffer.from(rest);
    },
  };
}

/** @param {Buffer} payload trailers, whose text is mostly Huffman-coded: what can be read of it */
function readable(payload) {
  return `gRPC error ${payload
    .toString('latin1')
    .replaceAll(/[^ -~]+/g, ' ')
    .trim()}`;
}
