import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Home, type Homes, ServerRing } from '../support/processes/index.js';
import { command } from './means.js';
import { Network, TEST_ADDRESS } from './network.js';
import { Proxy } from './proxy.js';

/** All servers have these, each in a namespace of its own. */
const HTTP_PORT = 5235;
const RING_PORT = 1233;

/**
 * Those of the defaults that take long are halved, so that a round takes half the time. The test's clients come from another
 * host, hence the secret and the leave to do without a token.
 */
const SETTINGS = {
  PROBE_INTERVAL_MS: '100',
  SUSPECT_AFTER_MS: '500',
  READ_LEASE_MS: '300',
  RING_SECRET: 'known to the hosts of this test alone',
  INSECURE: '1',
};

export interface Plan {
  readonly name: string;
  readonly size: number;
  readonly partition: 'available' | 'primary';
  /** A proxy before the ring link of each server. */
  readonly proxies?: boolean;
  /** The disk of each server is a file system of its own, of so many MiB. */
  readonly diskMebibytes?: number;
}

/** A ring of processes on hosts of their own. */
export class Site implements Homes {
  readonly network = new Network();
  readonly proxies = new Map<string, Proxy>();
  ring!: ServerRing;
  private readonly disks: string[] = [];
  private taken = 0;

  private constructor(private readonly plan: Plan) {}

  static async open(plan: Plan): Promise<Site> {
    const site = new Site(plan);
    try {
      site.ring = await ServerRing.start(plan.size, {
        settings: { ...SETTINGS, PARTITION: plan.partition },
        homes: site,
        hasDisks: true,
      });
    } catch (error) {
      await site.clear();
      throw error;
    }
    return site;
  }

  get partition(): Plan['partition'] {
    return this.plan.partition;
  }

  async take(name: string): Promise<Home> {
    const host = this.network.add(name);
    const place = { name, host, port: HTTP_PORT, ringPort: RING_PORT };
    this.taken += 1;
    const settings = {
      PRIORITY: String(100 - this.taken),
      ...this.ownDisk(),
      ...(await this.proxied(name, host)),
    };
    return { place, within: ['ip', 'netns', 'exec', name], settings };
  }

  /** `soundly`: its logs are of no interest. */
  async close(soundly: boolean): Promise<void> {
    await this.ring.end();
    if (soundly) rmSync(this.ring.directory, { recursive: true, maxRetries: 5 });
    await this.clear();
  }

  private async clear(): Promise<void> {
    await Promise.all([...this.proxies.values()].map((proxy) => proxy.close()));
    this.network.close();
    for (const directory of this.disks.splice(0)) {
      command('umount', directory);
      rmSync(directory, { recursive: true });
    }
  }

  /** In the test's own view of the file systems, so that it is gone with the test, however that ends. */
  private ownDisk(): Record<string, string> {
    const { diskMebibytes } = this.plan;
    if (diskMebibytes === undefined) return {};
    const directory = mkdtempSync(join(tmpdir(), 'ringlet-disk-'));
    command('mount', '-t', 'tmpfs', '-o', `size=${diskMebibytes}m`, 'ringlet', directory);
    this.disks.push(directory);
    return { DATA_DIR: directory };
  }

  private async proxied(name: string, host: string): Promise<Record<string, string>> {
    if (this.plan.proxies !== true) return {};
    const proxy = await Proxy.before(host, RING_PORT, TEST_ADDRESS);
    this.proxies.set(name, proxy);
    return { ADVERTISE_RING: proxy.address };
  }
}
