/**
 * Sends large bodies over node:http, and compares what comes back. The body is one buffer that is written at
 * once, the cheapest way for the sender, so that the servers are what is measured.
 */
import { createHash, randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';

/** Without a byte for so long, a request has failed. */
const SILENCE_MS = 60_000;

let body = Buffer.alloc(0);
let count = 0;

/** @type {Record<string, (order: { url: string, bytes: number }) => Promise<unknown>>} */
const orders = { put, compare, remove, get };

process.on('message', async (/** @type {{ kind: string, url: string, bytes: number }} */ order) => {
  try {
    process.send?.({ result: await orders[order.kind]?.(order) });
  } catch (error) {
    process.send?.({ error: /** @type {Error} */ (error).message });
  }
});
process.on('disconnect', () => process.exit());

/** @param {{ url: string, bytes: number }} order */
async function put({ url, bytes }) {
  if (body.length !== bytes) body = randomFillSync(Buffer.allocUnsafeSlow(bytes));
  if (bytes >= 4) body.writeUInt32LE(++count); // no server has seen these bytes before
  const startedAt = performance.now();
  const answer = await send('PUT', url, body);
  const text = await textOf(answer);
  return { status: answer.statusCode, ms: performance.now() - startedAt, text };
}

/** @param {{ url: string }} order */
async function compare({ url }) {
  const answer = await send('GET', url);
  const digest = createHash('sha256');
  for await (const chunk of answer) digest.update(chunk);
  return digest.digest('hex') === createHash('sha256').update(body).digest('hex');
}

/** @param {{ url: string }} order */
async function remove({ url }) {
  await textOf(await send('DELETE', url));
}

/** @param {{ url: string }} order */
async function get({ url }) {
  const answer = await send('GET', url);
  return { status: answer.statusCode, text: await textOf(answer) };
}

/**
 * @param {string} method
 * @param {string} url
 * @param {Buffer} [content]
 * @returns {Promise<import('node:http').IncomingMessage>}
 */
async function send(method, url, content) {
  const headers = content === undefined ? {} : { 'Content-Length': content.length };
  const request = httpRequest(url, { method, headers, agent: false, timeout: SILENCE_MS });
  request.on('timeout', () => request.destroy(new Error(`${method} ${url}: no byte in ${SILENCE_MS} ms`)));
  const answered = once(request, 'response');
  request.end(content);
  const [answer] = await answered;
  // A server that refuses a body may close before it has read it.
  request.on('error', () => {});
  return answer;
}

/** @param {import('node:http').IncomingMessage} answer */
async function textOf(answer) {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return text;
}
