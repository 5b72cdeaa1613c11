/*
 * Figures made of pieces: a client asks an intermediary for a figure and gets the pieces that make it up, wherever they are.
 *
 *   npm run build
 *   node examples/lego/main.mjs
 *
 * Two islands run on this machine, on free ports, each an intermediary and two piece servers, which start in any order. Each piece is a file
 * that one piece server shares; each figure is a bundle, a list of pieces with quantities. A client that knows one intermediary alone orders
 * figures whose pieces are on both islands. One piece server is told to leave (Ctrl+C) while an order is on its way, another one is killed: each
 * is out of both registers, with what only it had, and when it is back, everything is there again.
 *
 * The exit code is 0 when everything went as it should, else 1.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { RingletClient } from 'ringlet/client';

import { onEnd } from '../../dist/lab/index.js';
import { FIGURES, fileOf, partsOf, STOCK } from './figures.mjs';
import { planIslands } from './islands.mjs';
import { beginOrder, order } from './orders.mjs';
import { registerOf, until, whoKnows } from './registers.mjs';

/** A killed server is out of both registers so soon. */
const GONE_MS = 2_000;

const { islands, remove } = await planIslands();
const servers = islands.flatMap(({ intermediary, pieceServers }) => [intermediary, ...pieceServers]);
const clients = islands.map(({ url }) => new RingletClient({ servers: url, discover: false }));
const [north, south] = clients;
const failures = [];
onEnd((code) => void close().then(() => process.exit(code)));

try {
  await startAll();
  await orderWhole();
  await leaveAndComeBack(islands[0].pieceServers[0]);
  await dieAndComeBack(islands[1].pieceServers[1]);
} catch (error) {
  failures.push(error.message);
} finally {
  await close();
}
for (const failure of failures) console.error(`Failed: ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function startAll() {
  const shuffled = servers.map((server) => [Math.random(), server]).toSorted(([one], [other]) => one - other);
  for (const [, server] of shuffled) {
    console.log(`${server.name} starts.`);
    server.start();
    await sleep(100 * Math.random());
  }
  for (const client of clients) await until('all have found each other', () => knowsAll(client));
  for (const [at, { name, url }] of islands.entries()) {
    await until(`the pieces of ${name} are known`, () => hasPieces(clients[at], STOCK[name].flat()));
    console.log(`\nThe island ${name}, whose intermediary is at ${url}:`);
    for (const [server, pieces] of STOCK[name].entries())
      console.log(`  ${islands[at].pieceServers[server].name} has ${pieces.join(', ')}.`);
  }
}

async function orderWhole() {
  for (const [at, { name }] of islands.entries())
    for (const [figure, pieces] of Object.entries(FIGURES[name]))
      await clients[at].bundles.put(figure, partsOf(pieces));
  expect('a car is delivered', await order(north, 'car'));
  expect('a house that the other island offers is delivered', await order(north, 'house'));
}

async function leaveAndComeBack(server) {
  console.log(`\nA garage is on its way when ${server.name} is told to end (SIGINT) …`);
  const pending = await beginOrder(north, 'garage');
  const since = performance.now();
  const left = server.end('SIGINT');
  const isWhole = await pending.finish();
  console.log(`… the garage is delivered ${isWhole ? 'whole' : 'in part'}.`);
  expect('a pending order is completed', isWhole);
  await left;
  await outOfRegisters(server, north, south, since);
  expect('a wall cannot be delivered', !(await order(north, 'wall')));
  await comeBack(server, north, south, 'wall');
}

async function dieAndComeBack(server) {
  console.log(`\n${server.name} is killed.`);
  const since = performance.now();
  await server.end('SIGKILL');
  const tookMs = await outOfRegisters(server, south, north, since);
  expect(`a killed server is out of both registers within ${GONE_MS} ms`, tookMs <= GONE_MS);
  expect('a car cannot be delivered', !(await order(north, 'car')));
  expect('a wall can', await order(north, 'wall'));
  await comeBack(server, south, north, 'car');
}

/** Of its own intermediary, and of the other island's. */
async function outOfRegisters(server, own, other, since) {
  await until(`${server.name} is out of both registers`, async () => {
    const known = await whoKnows(server.name, own, other);
    return !known.own && !known.other;
  });
  const tookMs = Math.round(performance.now() - since);
  console.log(`${server.name} is out of the registers of both islands after ${tookMs} ms.`);
  return tookMs;
}

async function comeBack(server, own, other, figure) {
  server.start();
  await until(`${server.name} is in both registers again`, async () => {
    const known = await whoKnows(server.name, own, other);
    return known.own && known.other;
  });
  await until(`a ${figure} can be delivered`, async () => (await north.bundles.get(figure)).missing === 0);
  console.log(`\n${server.name} is back.`);
  expect(`a ${figure} is delivered again`, await order(north, figure));
}

async function knowsAll(client) {
  try {
    const { own, others } = await registerOf(client);
    return own.length + others.length === servers.length;
  } catch {
    return false;
  }
}

async function hasPieces(client, pieces) {
  const { objects } = await client.page();
  return pieces.every((piece) => objects.some(({ key }) => key === fileOf(piece)));
}

function expect(what, isTrue) {
  if (!isTrue) failures.push(`${what}.`);
}

async function close() {
  for (const client of clients) client.close();
  await Promise.all(servers.map((server) => server.end('SIGKILL')));
  remove();
}
