import { createHash } from 'node:crypto';
import type { Random } from '../simulation/random.js';
import { Agent, request } from 'undici';
import type { ServerProcess } from '../support/processes/index.js';
import type { Stage } from './stage.js';

const SMALL = 12;
const LARGE = 3;
const LEAST_SMALL_BYTES = 100;
const MOST_SMALL_BYTES = 8_000;
/** Large enough for a file of their own. */
const LEAST_LARGE_BYTES = 200_000;
const MOST_LARGE_BYTES = 1_500_000;
const BOUND_MS = 10_000;

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Objects of random bytes, so that each is found in a file, and compared byte for byte. */
export class Belongings {
  readonly small: readonly Buffer[];
  private readonly bodies: ReadonlyMap<string, Buffer>;
  private readonly agent = new Agent({ headersTimeout: BOUND_MS, bodyTimeout: BOUND_MS });

  constructor({ random, traffic }: Stage) {
    this.small = many(SMALL, () => bytesOf(random, LEAST_SMALL_BYTES, MOST_SMALL_BYTES));
    const large = many(LARGE, () => bytesOf(random, LEAST_LARGE_BYTES, MOST_LARGE_BYTES));
    const all = [...this.small, ...large];
    this.bodies = new Map(all.map((bytes, index) => [`${traffic.prefix}belongings/${index}`, bytes]));
  }

  async put(server: ServerProcess): Promise<void> {
    for (const [key, bytes] of this.bodies) {
      const url = urlOf(server, key);
      const { statusCode, body } = await request(url, { method: 'PUT', body: bytes, dispatcher: this.agent });
      await body.dump();
      if (statusCode !== 201) throw new Error(`${server.place.name} answers ${statusCode} to PUT ${key}`);
    }
  }

  /** Each of these servers has all of them, byte for byte. */
  async compare(servers: readonly ServerProcess[]): Promise<void> {
    for (const server of servers) {
      for (const [key, bytes] of this.bodies) {
        const { statusCode, body } = await request(urlOf(server, key), { dispatcher: this.agent });
        const got = new Uint8Array(await body.arrayBuffer());
        if (statusCode !== 200 || digestOf(got) !== digestOf(bytes))
          throw new Error(`${server.place.name} answers ${statusCode} and ${got.length} bytes for ${key}`);
      }
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

const urlOf = ({ place }: ServerProcess, key: string): string =>
  `http://${place.host}:${place.port}/objects/${key}`;

function bytesOf(random: Random, least: number, most: number): Buffer {
  const bytes = Buffer.alloc(least + random.below(most - least));
  for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.writeUInt32LE(random.uint32(), at);
  return bytes;
}

function many<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
