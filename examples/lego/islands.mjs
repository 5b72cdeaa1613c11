import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { contentOf, fileOf, STOCK } from './figures.mjs';
import { Server } from './server.mjs';

/**
 * The servers of two islands. Each island is a ring: an intermediary, which answers clients and keeps no pieces, and two piece servers, each
 * of which shares a directory of pieces and answers no clients. A piece server knows its intermediary, and that knows the other one: each is
 * tried until it answers, so they may start in any order. Only the ports of the intermediaries are known to others.
 */
export async function planIslands() {
  const directory = mkdtempSync(join(tmpdir(), 'ringlet-lego-'));
  const names = Object.keys(STOCK);
  const ports = await freePorts(2 * names.length);
  const places = names.map((name, at) => ({ name, port: ports[2 * at], ringPort: ports[2 * at + 1] }));
  const islands = places.map((place) => planIsland(place, places, directory));
  return { islands, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

function planIsland({ name, port, ringPort }, places, directory) {
  const others = places.filter((place) => place.name !== name).map((place) => urlOf(place.port));
  const shared = { RING: name, ISLANDS: others.join() };
  const place = { PORT: `${port}`, RING_PORT: `${ringPort}` };
  const intermediary = new Server(
    { ...shared, ...place, NAME: `${name}-intermediary`, ROLE: 'gateway' },
    directory,
  );
  const pieceServers = STOCK[name].map((pieces, at) => {
    const own = `${name}-pieces-${at + 1}`;
    const FILES_DIR = storePieces(join(directory, own), pieces);
    const peer = { PEER: `127.0.0.1:${ringPort}`, PORT: '0', RING_PORT: '0' };
    return new Server({ ...shared, ...peer, NAME: own, ROLE: 'storage', FILES_DIR }, directory);
  });
  return { name, url: urlOf(port), intermediary, pieceServers };
}

function storePieces(directory, pieces) {
  mkdirSync(directory);
  for (const piece of pieces) writeFileSync(join(directory, fileOf(piece)), contentOf(piece));
  return directory;
}

const urlOf = (port) => `http://127.0.0.1:${port}`;

/** Ports that the system has just given. */
async function freePorts(count) {
  const probes = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(probes.map((probe) => once(probe, 'listening')));
  const ports = probes.map((probe) => probe.address().port);
  await Promise.all(probes.map((probe) => once(probe.close(), 'close')));
  return ports;
}
