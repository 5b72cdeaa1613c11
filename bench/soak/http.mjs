/** Requests to one server; whatever goes wrong on the way is an answer without a status. */
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';

/** More than the servers let a client wait. */
const TIMEOUT_MS = 10_000;
const CONNECTIONS = 16;

/**
 * @typedef {object} Answer
 * @property {number} status 0: the connection was lost, or refused, or nothing came in time
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {Buffer} body
 * @property {string} code of a problem
 */

const agent = new Agent({ keepAlive: true, noDelay: true, maxSockets: CONNECTIONS });

/**
 * @param {number} port
 * @param {string} method
 * @param {string} path
 * @param {{ headers?: Record<string, string>, body?: Buffer, timeoutMs?: number }} [options]
 * @returns {Promise<Answer>}
 */
export async function send(port, method, path, { headers = {}, body, timeoutMs = TIMEOUT_MS } = {}) {
  const signal = AbortSignal.timeout(timeoutMs);
  const length = body === undefined ? {} : { 'Content-Length': body.length };
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    method,
    path,
    agent,
    signal,
    headers: { ...headers, ...length },
  });
  try {
    const answered = once(request, 'response');
    request.end(body);
    const [answer] = /** @type {[import('node:http').IncomingMessage]} */ (await answered);
    request.on('error', () => {}); // a refused body may be cut off after its answer
    return await read(answer);
  } catch (error) {
    request.on('error', () => {});
    return { status: 0, headers: {}, body: Buffer.alloc(0), code: /** @type {Error} */ (error).message };
  }
}

export const closeConnections = () => agent.destroy();

/** @param {import('node:http').IncomingMessage} answer @returns {Promise<Answer>} */
async function read(answer) {
  const chunks = [];
  for await (const chunk of answer) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const { statusCode: status = 0, headers } = answer;
  const isProblem = headers['content-type']?.startsWith('application/problem+json') ?? false;
  return { status, headers, body, code: isProblem ? JSON.parse(String(body)).code : '' };
}
