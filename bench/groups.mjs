/**
 * `node bench/groups.mjs [N…]`: what a ring of N servers costs, and islands of √N instead. The servers are the program's own cores, the
 * network is thought (`groups/world.mjs`). Needs `npm run build`. Prints a table for docs/bench.md.
 */
import { HOP_MS, WORK_MS, World } from './groups/world.mjs';

const BODY = Buffer.alloc(1024, 'x');
const LONE_WRITES = 30;
const CROWD = 32;
const CROWD_WRITES = 640;
const IDLE_MS = 5_000;
const SIZES = [3, 4, 7, 10, 14, 20, 50, 100, 200, 400];

const sizes = process.argv.slice(2).map(Number);
console.log(`a hop takes ${HOP_MS} ms, a batch ${WORK_MS} ms; writes of ${BODY.length} bytes\n`);
console.log(
  '| servers | write, ms | 32 at once, ms | CPU per write and server, µs | idle CPU per server, µs/s | idle bytes per link and s | death, ms |',
);
console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const size of sizes.length > 0 ? sizes : SIZES) console.log(await rowOf(size));

/** @param {number} size */
async function rowOf(size) {
  const world = new World();
  const hosts = form(world, size);
  const lone = [];
  for (let number = 0; number < LONE_WRITES; number++)
    lone.push(await write(world, pick(hosts, number), number));
  const crowd = await crowded(world, hosts);
  const idle = idleCost(world, size);
  const death = await deathOf(world, hosts);
  const cells = [
    size,
    median(lone).toFixed(1),
    median(crowd.latencies).toFixed(1),
    crowd.cpu.toFixed(1),
    idle.cpu.toFixed(0),
    idle.bytes.toFixed(0),
    death.toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** @param {World} world @param {number} size */
function form(world, size) {
  const hosts = [world.start('s0', [])];
  while (hosts.length < size) {
    const count = Math.min(size - hosts.length, Math.max(1, hosts.length));
    const peers = hosts.map(({ name }) => name);
    for (let number = 0; number < count; number++)
      hosts.push(world.start(`s${hosts.length}`, [/** @type {string} */ (peers[number % peers.length])]));
    world.until(
      () => hosts.every(({ status }) => status.view?.members.length === hosts.length && status.full),
      600_000,
    );
  }
  world.run(2_000);
  return hosts;
}

/** @param {World} world @param {any} host @param {number} number @returns {Promise<number>} virtual ms */
async function write(world, host, number) {
  const began = world.now;
  let outcome;
  void host.write(put(number)).then((/** @type {any} */ answer) => void (outcome = answer));
  await done(world, () => outcome !== undefined);
  if (/** @type {any} */ (outcome).kind !== 'done')
    throw new Error(`a write ended as ${JSON.stringify(outcome)}`);
  return world.now - began;
}

/** Promises resolve between the events. @param {World} world @param {() => boolean} holds */
async function done(world, holds) {
  for (const end = world.now + 60_000; !holds(); await Promise.resolve()) {
    if (world.now > end) throw new Error('a write was not answered in a minute');
    const { at, act } = world.agenda.take();
    world.now = Math.max(world.now, at);
    act();
  }
}

/** @param {World} world @param {any[]} hosts */
async function crowded(world, hosts) {
  /** @type {number[]} */
  const latencies = [];
  let started = 0;
  let ended = 0;
  const next = (/** @type {number} */ lane) => {
    if (started === CROWD_WRITES) return;
    const began = world.now;
    void pick(hosts, lane * 7919 + started)
      .write(put(started++))
      .then(() => {
        latencies.push(world.now - began);
        ended++;
        next(lane);
      });
  };
  const { user } = process.cpuUsage();
  for (let lane = 0; lane < CROWD; lane++) next(lane);
  await done(world, () => ended === CROWD_WRITES);
  return { latencies, cpu: (process.cpuUsage().user - user) / CROWD_WRITES / hosts.length };
}

/** @param {World} world @param {number} size */
function idleCost(world, size) {
  const { bytes } = world;
  const { user } = process.cpuUsage();
  world.run(IDLE_MS);
  const seconds = IDLE_MS / 1000;
  return {
    cpu: (process.cpuUsage().user - user) / size / seconds,
    bytes: (world.bytes - bytes) / size / seconds,
  };
}

/** From the death of one in the middle until its predecessor has a write acknowledged. @param {World} world @param {any[]} hosts */
async function deathOf(world, hosts) {
  const middle = Math.floor(hosts.length / 2);
  hosts[middle].kill();
  return write(world, hosts[middle - 1], 1);
}

/** @param {number} number */
function put(number) {
  const fields = {
    condition: { kind: 'none' },
    type: '',
    meta: {},
    ttlMs: 0,
    token: '',
    blob: 0,
    offer: null,
    replicas: 0,
  };
  return {
    kind: 'put',
    key: `k${number % 100}`,
    size: BODY.length,
    digest: '0123456789abcdef',
    body: BODY,
    ...fields,
  };
}

/** @template T @param {T[]} list @param {number} number @returns {T} */
function pick(list, number) {
  return /** @type {T} */ (list[number % list.length]);
}

/** @param {number[]} values */
function median(values) {
  return /** @type {number} */ (values.toSorted((a, b) => a - b)[values.length >> 1]);
}
