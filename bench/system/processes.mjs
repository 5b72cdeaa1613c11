/**
 * Everything the bench starts, so that nothing of it is left: processes, each stopped by its pid, and
 * temporary directories. `process.on('exit')` is the last resort for a crash of the bench itself.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a process is given to end by itself after SIGTERM. */
const GRACE_MS = 1500;
/** How much of what a process printed is kept for an error message. */
const OUTPUT_CHARACTERS = 2000;

/** @typedef {import('node:child_process').ChildProcess & { output: () => string }} Running */

/** @type {Set<Running>} */
const processes = new Set();
/** @type {Set<string>} */
const directories = new Set();

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, ipc?: boolean }} [options]
 * @returns {Running}
 */
export function start(command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    serialization: 'advanced', // plain JSON would turn NaN into null
    stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc ? /** @type {const} */ (['ipc']) : [])],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => (output = (output + chunk).slice(-OUTPUT_CHARACTERS)));
  }
  const running = Object.assign(child, { output: () => output.trim() });
  processes.add(running);
  child.on('error', (error) => {
    output += error.message;
    processes.delete(running);
  });
  child.on('exit', () => processes.delete(running));
  return running;
}

/** @param {Running[]} children */
export async function stop(children) {
  const alive = children.filter((child) => processes.has(child));
  for (const child of alive) child.kill('SIGTERM');
  const deadline = performance.now() + GRACE_MS;
  while (alive.some((child) => processes.has(child)) && performance.now() < deadline) await sleep(10);
  for (const child of alive) if (processes.has(child)) child.kill('SIGKILL');
  while (alive.some((child) => child.pid !== undefined && processes.has(child))) await sleep(5);
}

/** @returns {string} a directory of the bench's own, removed at the end */
export function temporaryDirectory() {
  const path = mkdtempSync(join(tmpdir(), 'ringlet-bench-'));
  directories.add(path);
  return path;
}

export async function stopEverything() {
  await stop([...processes]);
  removeDirectories();
}

function removeDirectories() {
  for (const path of directories) rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  directories.clear();
}

/**
 * @param {string} command
 * @returns {boolean} whether it can be found in PATH
 */
export function installed(command) {
  return spawnSync('sh', ['-c', 'command -v "$0"', command], { stdio: 'ignore' }).status === 0;
}

process.on('exit', () => {
  for (const child of processes) child.kill('SIGKILL');
  removeDirectories();
});
