/**
 * The limit for writes: a ring without a protocol. A PUT becomes one frame, the frame goes from successor to
 * successor, each keeps it, and the server it came in at answers when it is back. No revisions, no watermark,
 * no failure handling. What is ready within one tick leaves as one write, and a run of frames that only
 * passes through leaves as the bytes it came in as: a limit that was slower than it need be would flatter.
 *
 * Usage: node bare-ring.mjs INDEX HTTP_PORT RING_PORT SUCCESSOR_RING_PORT
 */
import { createServer } from 'node:http';
import { connect, createServer as createLink } from 'node:net';

const [index = 0, httpPort = 0, ringPort = 0, successorPort = 0] = process.argv.slice(2).map(Number);

/** Frame: length of the whole (u32), origin (u8), sequence (u32), length of the key (u16), key, body. */
const HEAD_BYTES = 11;
const REDIAL_MS = 20;

const objects = new Map();
/** @type {Map<number, import('node:http').ServerResponse>} */
const waiting = new Map();
let sequence = 0;

/** @type {Buffer[]} */
let batch = [];
/** @type {import('node:net').Socket | undefined} */
let successor;

createLink((predecessor) => {
  /** @type {Buffer} */
  let rest = Buffer.alloc(0);
  predecessor.setNoDelay(true);
  predecessor.on('data', (chunk) => {
    rest = readFrames(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]));
  });
}).listen(ringPort, '127.0.0.1', dial);

function dial() {
  const socket = connect({ port: successorPort, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => setTimeout(dial, REDIAL_MS));
  socket.on('connect', () => {
    successor = socket;
    // Only now is a PUT accepted: the harness waits for this port.
    createServer(handle).listen(httpPort, '127.0.0.1');
  });
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
function handle(request, response) {
  const key = /** @type {string} */ (request.url);
  if (request.method !== 'PUT') {
    const body = objects.get(key);
    response.writeHead(body ? 200 : 404, { 'Content-Length': body?.length ?? 0 }).end(body);
    return;
  }
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => begin(key, chunks, response));
}

/**
 * @param {string} key
 * @param {Buffer[]} chunks
 * @param {import('node:http').ServerResponse} response
 */
function begin(key, chunks, response) {
  const keyBytes = Buffer.byteLength(key);
  const head = Buffer.allocUnsafe(HEAD_BYTES + keyBytes);
  const body = chunks.length === 1 ? /** @type {Buffer} */ (chunks[0]) : Buffer.concat(chunks);
  sequence = (sequence + 1) >>> 0;
  head.writeUInt32LE(head.length + body.length, 0);
  head.writeUInt8(index, 4);
  head.writeUInt32LE(sequence, 5);
  head.writeUInt16LE(keyBytes, 9);
  head.write(key, HEAD_BYTES);
  objects.set(key, body);
  waiting.set(sequence, response);
  send(head);
  send(body);
}

/**
 * @param {Buffer} bytes
 * @returns {Buffer} the incomplete frame at the end
 */
function readFrames(bytes) {
  let at = 0;
  let passing = 0; // where the run of frames that go on unchanged begins
  while (bytes.length - at >= HEAD_BYTES) {
    const end = at + bytes.readUInt32LE(at);
    if (end > bytes.length) break;
    if (bytes[at + 4] === index) {
      if (at > passing) send(bytes.subarray(passing, at));
      passing = end;
      complete(bytes.readUInt32LE(at + 5));
    } else {
      const bodyAt = at + HEAD_BYTES + bytes.readUInt16LE(at + 9);
      objects.set(
        bytes.toString('latin1', at + HEAD_BYTES, bodyAt),
        Buffer.from(bytes.subarray(bodyAt, end)),
      );
    }
    at = end;
  }
  if (at > passing) send(bytes.subarray(passing, at));
  return bytes.subarray(at);
}

/** @param {number} id */
function complete(id) {
  waiting.get(id)?.writeHead(204).end();
  waiting.delete(id);
}

/** @param {Buffer} bytes */
function send(bytes) {
  if (batch.push(bytes) === 1) setImmediate(flush);
}

function flush() {
  successor?.write(batch.length === 1 ? /** @type {Buffer} */ (batch[0]) : Buffer.concat(batch));
  batch = [];
}
