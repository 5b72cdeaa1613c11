/**
 * The limit for large bodies: node:http taking a PUT and dropping what it reads. What Ringlet needs beyond it
 * is what storing, copying along the ring and waiting for all of them cost.
 *
 * Usage: node sink.mjs PORT [HOST]
 */
import { createServer } from 'node:http';

const [port = '0', host = '127.0.0.1'] = process.argv.slice(2);

createServer((request, response) => {
  request.resume();
  request.on('end', () => response.writeHead(201, { 'Content-Length': 0 }).end());
}).listen(Number(port), host);
