import { createHash, randomBytes } from 'node:crypto';
import { Agent, request } from 'undici';
import type { ServerProcess } from '../support/processes/index.js';
import type { Stage } from './stage.js';

export const LARGE_BYTES = 20 * 2 ** 20;
/** A body of this size over the slowest link of these rounds takes a few seconds. */
const BOUND_MS = 30_000;

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A body of random bytes, put at one server and compared at all of them. */
export class LargeBody {
  private readonly bytes = randomBytes(LARGE_BYTES);
  private readonly path: string;
  private readonly agent = new Agent({ headersTimeout: BOUND_MS, bodyTimeout: BOUND_MS });

  constructor(
    private readonly stage: Stage,
    name: string,
  ) {
    this.path = `/objects/${stage.traffic.prefix}large/${name}`;
  }

  /** Answers the status. */
  async put(server: ServerProcess): Promise<number> {
    const { statusCode, headers, body } = await request(this.url(server), {
      method: 'PUT',
      body: this.bytes,
      dispatcher: this.agent,
    });
    await body.dump();
    if (headers['ringlet-view'] !== undefined) throw new Error(`a large body was acknowledged alone`);
    return statusCode;
  }

  /** Each server has it, byte for byte; or, if it was not acknowledged, wholly or not at all. */
  async compare(isAcknowledged: boolean): Promise<void> {
    const digest = digestOf(this.bytes);
    for (const server of this.stage.ring.running) {
      const { statusCode, body } = await request(this.url(server), { dispatcher: this.agent });
      const got = new Uint8Array(await body.arrayBuffer());
      const isRight = statusCode === 200 ? digestOf(got) === digest : !isAcknowledged && statusCode === 404;
      if (!isRight)
        throw new Error(
          `${server.place.name} answers ${statusCode} and ${got.length} bytes for ${this.path}`,
        );
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private url({ place }: ServerProcess): string {
    return `http://${place.host}:${place.port}${this.path}`;
  }
}
