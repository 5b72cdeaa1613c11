import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const dist = new URL('../../dist/', import.meta.url);
const PROGRAM = fileURLToPath(new URL('main.js', dist));
/** With it, a server ends when this example does, however that happens. */
const LEASH = new URL('lab/leash.js', dist).href;
const END_MS = 15_000;
const { PATH, SystemRoot } = process.env;

/**
 * A server of Ringlet, as a process of its own, with the settings that make it what it is, and no others: neither what is in the environment
 * nor an `.env` file is meant for it. It runs in a directory that has none.
 */
export class Server {
  constructor(settings, directory) {
    this.settings = settings;
    this.directory = directory;
    this.process = null;
  }

  get name() {
    return this.settings.NAME;
  }

  start() {
    const own = { HOST: '127.0.0.1', RING_HOST: '127.0.0.1', LOG_LEVEL: 'fatal', ...this.settings };
    const env = { PATH, SystemRoot, ...own };
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
    this.process = fork(PROGRAM, { cwd: this.directory, env, stdio, execArgv: ['--import', LEASH] });
  }

  /** SIGINT is Ctrl+C. Resolves when the process has ended. */
  async end(signal) {
    const child = this.process;
    this.process = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(late);
  }
}
