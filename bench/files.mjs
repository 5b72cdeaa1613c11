/*
 * What a directory of many small files costs: `node bench/files.mjs [files…]`, 10,000 and 100,000 by default, after `npm run build`.
 * A server alone shares a new directory of files of 100 bytes, 1,000 in a folder. Told are: the time from its start until all are listed; its
 * memory, then and before; a page of 1,000 of them, and all pages; the CPU that it takes when nothing happens; and how long it takes to
 * notice a file that is new.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const PER_FOLDER = 1_000;
const BODY = Buffer.alloc(94, 'x');
const IDLE_MS = 10_000;
const RESCAN_MS = 75_000;
const MAIN = resolve(import.meta.dirname, '..', 'dist', 'main.js');

const counts = process.argv.slice(2).map(Number);
for (const count of counts.length > 0 ? counts : [10_000, 100_000]) await measure(count);

async function measure(count) {
  const directory = mkdtempSync(join(tmpdir(), 'ringlet-bench-files-'));
  fill(directory, count);
  const server = start(directory);
  try {
    const url = await server.url;
    const bare = memoryOf(server.pid);
    const sharedMs = await until(async () => (await objectsOf(url)) === count, server.startedAt);
    const cpuMs = cpuOf(server.pid);
    const memory = memoryOf(server.pid);
    const { pageMs, allMs } = await list(url);
    await delay(5_000);
    const idle = await share(server.pid, IDLE_MS);
    const withRescan = await share(server.pid, RESCAN_MS);
    const newMs = await notice(url, directory, count);
    console.log(
      `${count} files: shared after ${seconds(sharedMs)} (${seconds(cpuMs)} of CPU); memory ${memory} MiB, ${memory - bare} of them for the files; ` +
        `a page of 1,000 in ${pageMs.toFixed(1)} ms, all pages in ${seconds(allMs)}; idle ${percent(idle)} of a core, ` +
        `${percent(withRescan)} over ${RESCAN_MS / 1000} s with a walk; a new file is listed after ${seconds(newMs)}`,
    );
  } finally {
    await server.end();
    rmSync(directory, { recursive: true });
  }
}

function fill(directory, count) {
  for (let index = 0; index < count; index++) {
    const path = join(directory, pathOf(index));
    if (index % PER_FOLDER === 0) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, BODY.toString() + String(index).padStart(6, '0'));
  }
}

function pathOf(index) {
  return join(`folder-${Math.floor(index / PER_FOLDER)}`, `file-${index}.txt`);
}

function start(directory) {
  const env = { ...process.env, PORT: '0', RING_PORT: '0', FILES_DIR: directory, LOG_FORMAT: 'json' };
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((end) => child.once('exit', end));
  const url = new Promise((found, failed) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const [, at] = /HTTP on (http:\/\/[\d.:]+)/.exec(text) ?? [];
      if (at) found(at);
    });
    child.once('exit', () => failed(new Error(`the server has ended: ${text}`)));
  });
  const end = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { pid: child.pid, startedAt, url, end };
}

async function objectsOf(url) {
  const { objects } = await (await fetch(`${url}/ring`)).json();
  return objects;
}

async function list(url) {
  const times = [];
  for (let after = ''; after !== null;) {
    const begun = performance.now();
    const answer = await fetch(`${url}/objects?limit=1000&after=${encodeURIComponent(after)}`);
    ({ next: after } = await answer.json());
    times.push(performance.now() - begun);
  }
  const allMs = times.reduce((sum, time) => sum + time, 0);
  return { pageMs: times.toSorted((a, b) => a - b)[times.length >> 1], allMs };
}

async function notice(url, directory, count) {
  const begun = performance.now();
  writeFileSync(join(directory, pathOf(0) + '.new'), 'new');
  return until(async () => (await objectsOf(url)) === count + 1, begun);
}

async function until(holds, since) {
  while (!(await holds())) await delay(20);
  return performance.now() - since;
}

/** MiB. */
function memoryOf(pid) {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024);
}

/** Milliseconds: the kernel counts in hundredths of a second. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

async function share(pid, ms) {
  const before = cpuOf(pid);
  await delay(ms);
  return (cpuOf(pid) - before) / ms;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

function percent(part) {
  return `${(100 * part).toFixed(1)} %`;
}
