/**
 * Hosts of the bench's own: network namespaces on one switch, each of which sends no faster than a rate. Linux,
 * root and iproute2 only. All lives in namespaces, and so do the bridge and its cables: nothing of the machine's
 * own network is touched, and with the namespaces everything is gone.
 */
import { execFileSync } from 'node:child_process';
import { installed } from './processes.mjs';

const SUBNET = '10.77.0';
/** What may leave at once: enough for the timer of the kernel at the rates of the bench. */
const BURST = '64kb';
const QUEUE_MS = '100ms';

/** @type {Set<string>} */
const present = new Set();

process.on('exit', removeHosts);

/** @returns {string | undefined} why there can be none */
export function cannotMakeHosts() {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root, for network namespaces';
  if (!installed('ip') || !installed('tc')) return 'needs ip and tc (iproute2)';
  return undefined;
}

/**
 * @param {number} count
 * @param {number} megabitsPerSecond
 * @returns {{ address: string, within: string[] }[]} `within` precedes a command that is to run there
 */
export function makeHosts(count, megabitsPerSecond) {
  const prefix = `ringlet-bench-${process.pid}`;
  const hub = `${prefix}-switch`;
  try {
    add(hub);
    ip('-n', hub, 'link', 'add', 'switch', 'type', 'bridge');
    ip('-n', hub, 'link', 'set', 'switch', 'up');
    return Array.from({ length: count }, (_, index) => makeHost(prefix, hub, index, megabitsPerSecond));
  } catch (error) {
    removeHosts();
    throw error;
  }
}

export function removeHosts() {
  for (const name of present) {
    try {
      ip('netns', 'delete', name);
    } catch {
      // It is gone already, or there is nothing more to be done about it at the end of the process.
    }
  }
  present.clear();
}

/**
 * @param {string} prefix
 * @param {string} hub
 * @param {number} index
 * @param {number} rate
 */
function makeHost(prefix, hub, index, rate) {
  const name = `${prefix}-${index}`;
  const address = `${SUBNET}.${index + 1}`;
  const port = `port${index}`;
  add(name);
  ip('-n', hub, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'wire', 'netns', name);
  ip('-n', hub, 'link', 'set', port, 'master', 'switch', 'up');
  ip('-n', name, 'address', 'add', `${address}/24`, 'dev', 'wire');
  ip('-n', name, 'link', 'set', 'lo', 'up');
  ip('-n', name, 'link', 'set', 'wire', 'up');
  const shape = ['tbf', 'rate', `${rate}mbit`, 'burst', BURST, 'latency', QUEUE_MS];
  run('tc', ['-n', name, 'qdisc', 'add', 'dev', 'wire', 'root', ...shape]);
  return { address, within: ['ip', 'netns', 'exec', name] };
}

/** @param {string} name */
function add(name) {
  ip('netns', 'add', name);
  present.add(name);
}

/** @param {string[]} args */
const ip = (...args) => run('ip', args);

/** @param {string} command @param {string[]} args */
function run(command, args) {
  try {
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const { stderr } = /** @type {{ stderr?: Buffer }} */ (error);
    throw new Error(`${command} ${args.join(' ')}: ${String(stderr).trim()}`, { cause: error });
  }
}
