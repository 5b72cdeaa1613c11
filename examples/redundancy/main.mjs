/*
 * Kills the primary again and again while a client writes, and proves that nothing was lost or doubled.
 *
 *   npm run build
 *   node examples/redundancy/main.mjs [--rounds 8] [--port 8090]
 *
 * Three servers run on this machine, on the port and the two below it. Four writers store numbers, one object each, through one
 * client, which is told nothing of what happens to the servers. Each round kills the primary (SIGKILL), waits until the
 * others have gone on, and reboots it. In the end every server is asked for all it has. A number was
 *
 *   lost     when its write was acknowledged, and a server does not have it;
 *   doubled  when its write was done twice: then it was not new when it was acknowledged, or its revision, its place in the
 *            order of all writes, is not the one that was acknowledged.
 *
 * The exit code is 0 when there is neither, else 1.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { RingletClient } from 'ringlet/client';

import { kill, onEnd, openLab, reboot, startFirst, takenSentence } from '../../dist/lab/index.js';

const WRITERS = 4;
/** Between two numbers of a writer, so that the servers have time for more than writing. */
const PAUSE_MS = 2;
/** How long the writers go on in each round before the kill, and between the kill and the reboot. */
const CALM_MS = 400;

const { rounds, ports } = readOptions();
const taken = await takenSentence(ports);
if (taken) giveUp(taken);

const lab = openLab({}, { say: () => {}, tell: () => {} });
onEnd((code) => void close().then(() => process.exit(code)));
const client = new RingletClient({ servers: ports.map(urlOf), token: process.env.AUTH_TOKEN });

try {
  process.exitCode = (await demonstrate()) ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await close();
}

async function demonstrate() {
  console.log(`Starting three servers, ${ports.join(', ')} …`);
  succeed(await startFirst(lab, ports));
  console.log(`${WRITERS} writers store numbers while the primary is killed and rebooted ${rounds} times.\n`);

  const record = { last: 0, acknowledged: new Map(), failures: [], slowestMs: 0, isOver: false };
  const writers = Array.from({ length: WRITERS }, () => write(record));
  try {
    await killAgainAndAgain(record);
  } finally {
    record.isOver = true;
    await Promise.all(writers);
  }
  return judge(record, await Promise.all(ports.map(everythingAt)));
}

async function write(record) {
  while (!record.isOver) {
    const number = ++record.last;
    const since = performance.now();
    try {
      record.acknowledged.set(keyOf(number), await client.put(keyOf(number), String(number)));
    } catch (error) {
      record.failures.push(error);
    }
    record.slowestMs = Math.max(record.slowestMs, performance.now() - since);
    await sleep(PAUSE_MS);
  }
}

async function killAgainAndAgain(record) {
  row('round', 'killed', 'promoted', 'after', 'rebooted', 'written', 'slowest write');
  for (let round = 1; round <= rounds; round++) {
    const before = record.acknowledged.size;
    record.slowestMs = 0;
    await sleep(CALM_MS);

    const primary = await primaryServer();
    const since = performance.now();
    succeed(await kill(lab, primary));
    const promoted = await primaryServer();
    const promotedMs = performance.now() - since;
    if (promoted === primary) throw new Error(`Nobody was promoted in the place of ${primary.port}.`);
    await sleep(CALM_MS);

    const rebooted = performance.now();
    succeed(await reboot(lab, primary));
    const rebootedMs = performance.now() - rebooted;
    const written = record.acknowledged.size - before;
    row(round, primary.port, promoted.port, ms(promotedMs), ms(rebootedMs), written, ms(record.slowestMs));
  }
}

async function primaryServer() {
  const { primary } = await client.ring();
  return lab.find(primary);
}

/** What one server has, asked of it alone: by key, the tag and the revision. */
async function everythingAt(port) {
  const alone = new RingletClient({ servers: urlOf(port), discover: false, token: process.env.AUTH_TOKEN });
  const objects = new Map();
  for await (const object of alone.list({ prefix: 'numbers/' })) objects.set(object.key, object);
  alone.close();
  return objects;
}

function judge({ acknowledged, failures }, servers) {
  const lost = new Set();
  const doubled = new Set();
  for (const [key, { created, revision, etag }] of acknowledged) {
    if (!created) doubled.add(key);
    for (const objects of servers) {
      const kept = objects.get(key);
      if (!kept) lost.add(key);
      // The tag is made of the revision and the content.
      else if (kept.revision !== revision || kept.etag !== etag) doubled.add(key);
    }
  }
  console.log();
  total(acknowledged.size, 'numbers acknowledged');
  total(failures.length, 'writes failed, as the client was told', failures[0]?.message);
  total(lost.size, 'numbers lost', [...lost].slice(0, 5).join(', '));
  total(doubled.size, 'numbers doubled', [...doubled].slice(0, 5).join(', '));
  const isProven = acknowledged.size > 0 && lost.size + doubled.size === 0;
  console.log(
    isProven ? '\nNothing was lost, and nothing was doubled.' : '\nThe ring has broken its promise.',
  );
  return isProven;
}

function readOptions() {
  try {
    const options = { rounds: { type: 'string', default: '8' }, port: { type: 'string', default: '8090' } };
    const { values } = parseArgs({ options });
    const [count, highest] = [Number(values.rounds), Number(values.port)];
    if (!(Number.isInteger(count) && count >= 1)) throw new Error('--rounds takes a number from 1 on.');
    if (!(highest >= 3 && highest <= 65_535)) throw new Error('--port takes a port from 3 to 65535.');
    return { rounds: count, ports: [highest, highest - 1, highest - 2] };
  } catch (error) {
    return giveUp(error.message);
  }
}

function giveUp(sentence) {
  console.error(sentence);
  process.exit(2);
}

/** What the lab could not do ends the demonstration. */
function succeed(outcome) {
  if (outcome.kind === 'failed') throw new Error(outcome.sentence);
}

async function close() {
  client.close();
  await lab.close();
  lab.removeLogs();
}

function keyOf(number) {
  return `numbers/${number}`;
}

function urlOf(port) {
  return `http://127.0.0.1:${port}`;
}

function ms(value) {
  return `${Math.round(value)} ms`;
}

function row(...cells) {
  const widths = [5, 6, 8, 9, 9, 8, 13];
  console.log(cells.map((cell, at) => String(cell).padStart(widths[at])).join('  '));
}

function total(count, what, more = '') {
  console.log(`${String(count).padStart(9)}  ${what}${more && count > 0 ? `: ${more}` : ''}`);
}
