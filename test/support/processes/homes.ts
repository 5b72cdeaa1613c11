import { host } from '../../../src/lab/ports.js';
import type { Place } from '../../../src/lab/server-process.js';
import { Ports } from './ports.js';

/** Where a server runs, each time that it is started. */
export interface Home {
  readonly place: Place;
  /** Words ahead of the server's program: what changes where it runs. */
  readonly within: readonly string[];
  /** What this server alone is given. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Each home that is taken has a lower port than the one before: the first server is to be the first in the ring. */
export interface Homes {
  take(name: string): Promise<Home>;
}

/** Side by side on this machine, on loopback. */
export class LocalHomes implements Homes {
  private readonly ports = new Ports();

  async take(name: string): Promise<Home> {
    const place = { name, host, port: await this.ports.take(), ringPort: await this.ports.take() };
    return { place, within: [], settings: {} };
  }
}
