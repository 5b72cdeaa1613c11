/*
 * Figures made of pieces: a client asks an intermediary for a figure and gets the pieces that make it up, wherever they are.
 *
 *   npm run build
 *   node examples/lego/main.mjs [--port 8090]
 *
 * Three servers run on this machine, on the port and the two below it: an intermediary and two piece servers. Each piece is an
 * object that only the server has which makes it; each figure is a bundle, a list of pieces with quantities, that every
 * server has. A client that knows the intermediary alone orders figures. Then one of the piece servers leaves: what
 * only it provided is out of the register at once, and figures without such pieces are delivered as ever. When it is
 * back, everything is.
 *
 * The exit code is 0 when every order ended as it should, else 1.
 */
import { parseArgs } from 'node:util';

import { RingletClient } from 'ringlet/client';

import { onEnd, takenSentence } from '../../dist/lab/index.js';
import { FIGURES, keyOf, partsOf, STOCK } from './figures.mjs';
import { Island } from './island.mjs';
import { order } from './orders.mjs';

const ports = readPorts();
const taken = await takenSentence(ports);
if (taken) giveUp(taken);

const island = new Island(ports);
const clients = [];
onEnd((code) => void close().then(() => process.exit(code)));

try {
  process.exitCode = (await tell()) ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await close();
}

async function tell() {
  const [intermediary, , leaver] = ports;
  console.log(
    `The island: the intermediary ${intermediary}, and the piece servers ${ports.slice(1).join(' and ')}.`,
  );
  await island.start();
  for (const [at, url] of island.pieceServers.entries()) await makePieces(url, STOCK[at]);

  const client = clientOf(island.intermediary);
  for (const [name, figure] of Object.entries(FIGURES)) await client.bundles.put(name, partsOf(figure));
  const isDelivered = [await order(client, 'car')];

  console.log(`\nThe piece server ${leaver} leaves.`);
  await island.leave(leaver);
  isDelivered.push(await order(client, 'house'), await order(client, 'wall'));

  console.log(`\nThe piece server ${leaver} is back.`);
  await island.comeBack(leaver);
  isDelivered.push(await order(client, 'house'));
  return isDelivered.join() === 'true,false,true,true';
}

/** What comes to a server of a ring that keeps one copy stays there. */
async function makePieces(url, pieces) {
  const server = clientOf(url);
  for (const piece of pieces) await server.put(keyOf(piece), `This is a ${piece}.\n`, { type: 'text/plain' });
  console.log(`${new URL(url).port} makes ${pieces.join(', ')}.`);
}

/** One that talks to this server alone. */
function clientOf(url) {
  const client = new RingletClient({ servers: url, discover: false, token: process.env.AUTH_TOKEN });
  clients.push(client);
  return client;
}

function readPorts() {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string', default: '8090' } } });
    const highest = Number(values.port);
    if (!(highest >= 3 && highest <= 65_535)) throw new Error('--port takes a port from 3 to 65535.');
    return [highest, highest - 1, highest - 2];
  } catch (error) {
    return giveUp(error.message);
  }
}

function giveUp(sentence) {
  console.error(sentence);
  process.exit(2);
}

async function close() {
  for (const client of clients) client.close();
  await island.close();
}
