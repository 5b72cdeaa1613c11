import { Pool } from 'undici';
import { listObjects, type ServerProcess } from '../support/processes/index.js';

/** To each server. A server works on one write of a connection after the other. */
const CONNECTIONS = 48;
const BOUND_MS = 30_000;
const BODY_BYTES = 1024;
const SAMPLES = 200;

/** Many objects of 1 KiB, written fast. */
export class Cargo {
  /** `prefix`: of no round's keys. */
  constructor(
    private readonly prefix: string,
    private readonly count: number,
  ) {}

  /** Writes them at all of these servers, each its share, over many connections. Answers how long it took. */
  async load(servers: readonly ServerProcess[]): Promise<number> {
    const at = performance.now();
    let next = 0;
    await Promise.all(
      servers.map(async (server) => {
        const client = clientOf(server);
        const put = async (): Promise<void> => {
          for (let index = next++; index < this.count; index = next++) await this.put(client, index);
        };
        await Promise.all(Array.from({ length: CONNECTIONS }, put));
        await client.destroy();
      }),
    );
    return performance.now() - at;
  }

  /** Each of these servers lists all of them, and has the bodies of some. */
  async compare(servers: readonly ServerProcess[]): Promise<void> {
    for (const server of servers) {
      const listed = await listObjects(server.place, this.prefix);
      if (listed.size !== this.count)
        throw new Error(`${server.place.name} lists ${listed.size} of ${this.count} objects`);
      const client = clientOf(server);
      for (let index = 0; index < this.count; index += Math.ceil(this.count / SAMPLES)) {
        const { statusCode, body } = await client.request({ method: 'GET', path: this.path(index) });
        if (statusCode !== 200 || (await body.text()) !== bodyOf(index))
          throw new Error(`${server.place.name} answers ${statusCode} for ${this.path(index)}`);
      }
      await client.destroy();
    }
  }

  private async put(client: Pool, index: number): Promise<void> {
    const { statusCode, body } = await client.request({
      method: 'PUT',
      path: this.path(index),
      body: bodyOf(index),
      blocking: false,
    });
    await body.dump();
    if (statusCode !== 201) throw new Error(`${statusCode} to PUT ${this.path(index)}`);
  }

  private path(index: number): string {
    return `/objects/${this.prefix}${index}`;
  }
}

const clientOf = ({ place }: ServerProcess): Pool =>
  new Pool(`http://${place.host}:${place.port}`, { connections: CONNECTIONS, headersTimeout: BOUND_MS });

const bodyOf = (index: number): string => `${index} `.repeat(BODY_BYTES / 2).slice(0, BODY_BYTES);
