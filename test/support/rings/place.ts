import type { IncomingHttpHeaders } from 'node:http';

import request from 'supertest';

import type { RingletServer } from '../../../src/server.js';
import { type RingOptions, startRing, type TestRing } from './ring.js';
import { Wire } from './wire.js';

export interface Where {
  readonly role: 'primary' | 'backup';
  /** Object requests go past Express. */
  readonly shortWay: boolean;
}

/** Where each case of the contract has to hold; each is a ring of three of its own. */
export const PLACES: readonly Where[] = [
  { role: 'primary', shortWay: true },
  { role: 'backup', shortWay: true },
  { role: 'backup', shortWay: false },
];

/** Who gave an answer, and who the primary is if that is another; undefined when the answer does not say. */
export interface Labels {
  readonly server: string | undefined;
  readonly primary: string | undefined;
}

export function labelsOf(headers: IncomingHttpHeaders): Labels {
  const { 'ringlet-server': server, 'ringlet-primary': primary } = headers as Record<
    string,
    string | undefined
  >;
  return { server, primary };
}

/** One server of a ring of three, at which cases are tried. */
export class Place {
  private constructor(
    readonly ring: TestRing,
    readonly server: RingletServer,
  ) {}

  static async start({ role, shortWay }: Where, options: RingOptions = {}): Promise<Place> {
    const ring = await startRing(3, { ...options, shortWay });
    return new Place(ring, role === 'primary' ? ring.primary : ring.backups[0]!);
  }

  get url(): string {
    return this.server.identity.url;
  }

  get http(): ReturnType<typeof request> {
    return request(this.url);
  }

  wire(): Wire {
    return new Wire(this.url);
  }

  /** What `labelsOf` is to find in each answer. */
  get labels(): Labels {
    const { primary } = this.ring;
    const server = this.server.identity.name;
    return { server, primary: primary === this.server ? undefined : primary.identity.url };
  }

  /** Names of the servers at which there is an object with this key. */
  async holdersOf(key: string): Promise<string[]> {
    const answers = await Promise.all(this.ring.urls.map((url) => request(url).get(`/objects/${key}`)));
    return answers.filter(({ status }) => status !== 404).map(({ headers }) => labelsOf(headers).server!);
  }

  stop(): Promise<void> {
    return this.ring.stop();
  }
}
