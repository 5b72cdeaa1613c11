import { command } from './means.js';

const BRIDGE = 'bridge';
const SUBNET = '10.77.0';
/** The test's own clients: in a namespace that is no server's and that no cut concerns. */
export const TEST_ADDRESS = `${SUBNET}.254`;
const WIRE = 'wire';

/** What may leave at once, and how much may wait, when a rate is limited. */
const BURST = '64kb';
const QUEUE_MS = '100ms';

/**
 * Hosts, each a network namespace, on a bridge in the namespace of the test. A cut is made where a packet arrives, and so
 * nobody is told of it: the sender goes on sending, as into a cable that is broken. Blackhole routes at the sender would
 * fail its calls at once, which no broken cable does.
 */
export class Network {
  private readonly hosts: string[] = [];
  private readonly rules: { readonly at: string; readonly from: string }[] = [];
  private readonly pulled = new Set<string>();

  constructor() {
    command('ip', 'link', 'set', 'lo', 'up');
    command('ip', 'link', 'add', 'name', BRIDGE, 'type', 'bridge');
    command('ip', 'link', 'set', BRIDGE, 'up');
    command('ip', 'address', 'add', `${TEST_ADDRESS}/24`, 'dev', BRIDGE);
  }

  /** Answers its address. */
  add(host: string): string {
    this.hosts.push(host);
    const cable = cableOf(host);
    const address = this.addressOf(host);
    command('ip', 'netns', 'add', host);
    command('ip', 'link', 'add', cable, 'type', 'veth', 'peer', 'name', WIRE, 'netns', host);
    command('ip', 'link', 'set', cable, 'master', BRIDGE, 'up');
    command('ip', '-n', host, 'address', 'add', `${address}/24`, 'dev', WIRE);
    for (const link of ['lo', WIRE]) command('ip', '-n', host, 'link', 'set', link, 'up');
    // The table of local addresses comes first otherwise, and what is for this host would pass every rule.
    command('ip', '-n', host, 'rule', 'add', 'preference', '1000', 'lookup', 'local');
    command('ip', '-n', host, 'rule', 'del', 'preference', '0');
    return address;
  }

  addressOf(host: string): string {
    return `${SUBNET}.${this.hosts.indexOf(host) + 1}`;
  }

  /** Nothing that any of `senders` sends arrives at any of `receivers` any more. */
  deafen(receivers: readonly string[], senders: readonly string[]): void {
    for (const at of receivers) {
      for (const sender of senders) {
        const from = this.addressOf(sender);
        command('ip', '-n', at, 'rule', 'add', 'preference', '10', 'from', from, 'blackhole');
        this.rules.push({ at, from });
      }
    }
  }

  /** Both ways. */
  cut(some: readonly string[], others: readonly string[]): void {
    this.deafen(some, others);
    this.deafen(others, some);
  }

  /** The cable of a host, so that the test does not reach it either. */
  pull(host: string): void {
    command('ip', 'link', 'set', cableOf(host), 'down');
    this.pulled.add(host);
  }

  /** Undoes every cut. */
  heal(): void {
    for (const { at, from } of this.rules.splice(0))
      command('ip', '-n', at, 'rule', 'del', 'preference', '10', 'from', from, 'blackhole');
    for (const host of this.pulled) command('ip', 'link', 'set', cableOf(host), 'up');
    this.pulled.clear();
  }

  /** What the host sends leaves no faster than this. */
  limit(host: string, megabitsPerSecond: number): void {
    this.shape(host, 'tbf', 'rate', `${megabitsPerSecond}mbit`, 'burst', BURST, 'latency', QUEUE_MS);
  }

  /** A queueing discipline of the kernel (tc-netem(8), tc-tbf(8)) for what the host sends. */
  shape(host: string, ...discipline: readonly string[]): void {
    command('tc', '-n', host, 'qdisc', 'replace', 'dev', WIRE, 'root', ...discipline);
  }

  unshape(host: string): void {
    command('tc', '-n', host, 'qdisc', 'del', 'dev', WIRE, 'root');
  }

  close(): void {
    for (const host of this.hosts.splice(0)) {
      command('ip', 'link', 'del', cableOf(host));
      command('ip', 'netns', 'del', host);
    }
    command('ip', 'link', 'del', BRIDGE);
  }
}

const cableOf = (host: string): string => `to-${host}`;
