/** A connection of the generator, which has one request under way at a time. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { dialogues } from './dialogues/index.mjs';

const OPEN_TIMEOUT_MS = 5000;
const READ_BUFFER_BYTES = 16 * 1024;
/** An error is answered by the next request only after a pause: a refusing server is not to be flooded. */
const PAUSE_AFTER_ERROR_MS = 50;

/** @typedef {{ ready: Promise<unknown>, done: Promise<unknown>, run: () => void, waitingSince: () => number, close: () => void }} Connection */

/** Waits for all greetings. @param {Connection[]} connections */
export async function opened(connections) {
  await Promise.race([
    Promise.all(connections.map((connection) => connection.ready)),
    sleep(OPEN_TIMEOUT_MS, undefined, { ref: false }).then(() =>
      Promise.reject(new Error('no greeting in time')),
    ),
  ]);
}

/**
 * @param {import('./types.mjs').LoadSpec} spec
 * @param {number} index
 * @param {Pick<import('./tally.mjs').Tally, 'answered' | 'failed'>} tally
 * @returns {Connection}
 */
export function open(spec, index, tally) {
  const port = /** @type {number} */ (spec.ports[index % spec.ports.length]);
  const makeDialogue = dialogues[spec.dialogue];
  if (makeDialogue === undefined) throw new Error(`no dialogue ${spec.dialogue}`);
  let startedAt = 0;
  let closed = false;

  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    // One buffer per connection instead of one per read.
    onread: {
      buffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
      callback(length, buffer) {
        dialogue.receive(/** @type {Buffer} */ (buffer).subarray(0, length));
        return true;
      },
    },
  });
  const dialogue = makeDialogue({
    spec,
    index,
    port,
    send: (bytes) => socket.write(bytes),
    ready: () => socket.emit('greeted'),
    answered,
    done: () => socket.emit('done'),
  });
  socket.on('connect', dialogue.open);
  socket.on('error', () => {}); // 'close' follows, and `once` below rejects before the greeting
  socket.on('close', () => {
    if (!closed) tally.failed('connection closed by the server');
  });

  function request() {
    if (closed) return;
    startedAt = performance.now();
    dialogue.request();
  }

  /** @param {string} [problem] */
  function answered(problem) {
    if (problem) {
      tally.failed(problem);
      setTimeout(request, PAUSE_AFTER_ERROR_MS);
      return;
    }
    tally.answered(startedAt);
    request();
  }

  return {
    ready: once(socket, 'greeted'),
    done: new Promise((resolve) => void socket.once('done', resolve)),
    run: request,
    waitingSince: () => startedAt,
    close() {
      closed = true;
      socket.destroy();
    },
  };
}
