/**
 * `npm run soak`: three servers with disks of their own under moderate load and under faults all the time, for as long as one
 * likes. It looks for what only time shows: memory and files that grow, and writes that were acknowledged and are gone.
 *
 * `soak/client.mjs` asks and knows what has to be there, `soak/faults.mjs` kills, stops and restarts, `soak/samples.mjs` looks
 * at the processes, and `soak/verdict.mjs` compares when all is over. The exit code is 1 when there was a problem.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { absent } from './contenders/ring.mjs';
import { Chance } from './soak/chance.mjs';
import { Client } from './soak/client.mjs';
import { EventReader } from './soak/events.mjs';
import { Faults } from './soak/faults.mjs';
import { closeConnections } from './soak/http.mjs';
import { Log } from './soak/log.mjs';
import { Member } from './soak/member.mjs';
import { HELP, readOptions } from './soak/options.mjs';
import { lineOf, summaryAsText } from './soak/report.mjs';
import { sampleOf, Stretches } from './soak/samples.mjs';
import { verify } from './soak/verdict.mjs';
import { freePorts } from './system/ports.mjs';
import { stopEverything, temporaryDirectory } from './system/processes.mjs';

const SERVERS = 3;
const CLIENTS = 6;
const START_MS = 30_000;
const SAMPLE_MS = 5000;
const LINE_MS = 60_000;

const log = new Log();

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, async () => {
    log.close();
    await stopEverything();
    process.exit(130);
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`soak: ${/** @type {Error} */ (error).message}\n`);
  process.exitCode = 1;
} finally {
  log.close();
  closeConnections();
  await stopEverything();
}

/** @returns {Promise<number>} the exit code */
async function main() {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const notBuilt = absent();
  if (notBuilt !== undefined) throw new Error(notBuilt);
  const print = (/** @type {string} */ line) =>
    void (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  const members = await startMembers(options);
  const ring = setUp(options, members);
  print(`seed ${options.seed}; logs of the servers in ${members.map(({ logFile }) => logFile).join(', ')}`);
  const summary = await soak(options, ring, print);
  process.stdout.write(options.json ? `${JSON.stringify(summary, undefined, 2)}\n` : summaryAsText(summary));
  return log.problemCount > 0 ? 1 : 0;
}

/**
 * @param {import('./soak/options.mjs').Options} options
 */
async function startMembers({ fsync, partition, logs }) {
  const directory = temporaryDirectory();
  if (logs !== undefined) mkdirSync(logs, { recursive: true });
  const ports = await freePorts(2 * SERVERS);
  const members = Array.from({ length: SERVERS }, (_, number) => {
    const name = `soak-${number + 1}`;
    const [port = 0, ringPort = 0] = ports.slice(2 * number);
    const settings = { FSYNC: fsync, PARTITION: partition, PRIORITY: String(100 - number) };
    return new Member(
      { name, port, ringPort, directory: join(directory, name), logs: logs ?? directory },
      settings,
      log,
    );
  });
  for (const [number, member] of members.entries()) {
    member.start(
      members
        .slice(0, number)
        .map(({ ringPort }) => `127.0.0.1:${ringPort}`)
        .join(','),
    );
    if ((await member.untilReady(START_MS)) === undefined) throw new Error(`${member.name} did not start`);
  }
  return members;
}

/**
 * @param {import('./soak/options.mjs').Options} options
 * @param {Member[]} members
 */
function setUp({ rate, aloneMinutes, seed }, members) {
  const ports = members.map(({ port }) => port);
  const pauseMs = (CLIENTS * 1000) / rate;
  const clients = Array.from(
    { length: CLIENTS },
    (_, number) =>
      new Client(`client-${number}`, { ports, pauseMs, chance: new Chance(seed + 1 + number), log }),
  );
  const events = new EventReader({ ports, chance: new Chance(seed + 100), log });
  const faults = new Faults(members, { aloneMs: aloneMinutes * 60_000, chance: new Chance(seed), log });
  return { members, clients, events, faults };
}

/**
 * @param {import('./soak/options.mjs').Options} options
 * @param {ReturnType<typeof setUp>} ring
 * @param {(line: string) => void} print
 */
async function soak({ minutes, seed }, { members, clients, events, faults }, print) {
  const stretches = new Stretches();
  const over = new AbortController();
  const listened = new AbortController();
  const beganAt = performance.now();
  const sampler = setInterval(() => stretches.add(sampleOf(faults.alone)), SAMPLE_MS);
  const printer = setInterval(
    () => print(lineOf((performance.now() - beganAt) / 1000, members, faults, log)),
    LINE_MS,
  );
  const reading = events.run(listened.signal);
  const working = [faults.run(over.signal), ...clients.map((client) => client.run(over.signal))];
  try {
    await Promise.race([sleep(minutes * 60_000), Promise.all(working)]);
    over.abort();
    await Promise.all(working);
    clearInterval(sampler);
    print('comparing what the servers have');
    await verify(members, clients, events, log);
  } finally {
    clearInterval(sampler);
    clearInterval(printer);
    listened.abort();
    await reading;
  }
  return {
    seed,
    minutes: Number(((performance.now() - beganAt) / 60_000).toFixed(1)),
    ...stretches.summary,
    slowestReadyMs: Math.round(faults.slowestReadyMs),
    slowestLeaveMs: Math.round(faults.slowestLeaveMs),
    counts: log.counts,
    problems: log.problemCount,
    firstProblems: log.problems,
  };
}
