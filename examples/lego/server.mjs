import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const dist = new URL('../../dist/', import.meta.url);
const PROGRAM = fileURLToPath(new URL('main.js', dist));
/** With it, a server ends when this example does, however that happens. */
const LEASH = new URL('lab/leash.js', dist).href;
const END_MS = 15_000;
/** Of these the example has its own, whatever is in the environment. */
const LEFT_OUT =
  /^(?:HOST|PORT|ADVERTISE_.*|DATA_DIR|PRIORITY|TLS_.*|REPLICAS|CAPACITY|CORS_ORIGINS|READ_TOKEN|AUTH_TOKEN)$/;

/** A server of Ringlet, as a process of its own, with the settings that make it what it is. */
export class Server {
  constructor(settings) {
    this.settings = settings;
    this.process = null;
  }

  get name() {
    return this.settings.NAME;
  }

  start() {
    const others = Object.entries(process.env).filter(([name]) => !LEFT_OUT.test(name));
    const own = { HOST: '127.0.0.1', RING_HOST: '127.0.0.1', LOG_LEVEL: 'fatal', ...this.settings };
    const env = { ...Object.fromEntries(others), ...own };
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
    this.process = fork(PROGRAM, { env, stdio, execArgv: ['--import', LEASH] });
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
