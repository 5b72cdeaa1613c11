/**
 * The limit for reads: node:http answering GET from a Map, and PUT into it. Nothing else, so that the
 * distance to it is what Ringlet itself costs.
 *
 * Usage: node bare-http.mjs PORT
 */
import { createServer } from 'node:http';

const objects = new Map();

const server = createServer((request, response) => {
  if (request.method === 'PUT') {
    collect(request, (body) => {
      objects.set(request.url, body);
      response.writeHead(204).end();
    });
    return;
  }
  const body = objects.get(request.url);
  if (body === undefined) {
    response.writeHead(404, { 'Content-Length': 0 }).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': body.length });
  response.end(body);
});

server.listen(Number(process.argv[2]), '127.0.0.1');

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {(body: Buffer) => void} done
 */
function collect(request, done) {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () =>
    done(chunks.length === 1 ? /** @type {Buffer} */ (chunks[0]) : Buffer.concat(chunks)),
  );
}
