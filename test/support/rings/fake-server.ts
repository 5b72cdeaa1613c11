import { Test } from '@nestjs/testing';

import { createServer, type ServerOptions } from '../../../src/app.js';
import { CORE_FACTORY } from '../../../src/ring/index.js';
import type { RingletServer } from '../../../src/server.js';
import { FakeCore } from './fake-core.js';

export interface FakeServer {
  readonly server: RingletServer;
  readonly core: FakeCore;
  readonly url: string;
}

export type FakeOptions = ServerOptions & { readonly environment?: Readonly<Record<string, string>> };

const ENVIRONMENT = { HOST: '127.0.0.1', PORT: '0', RING_PORT: '0', NAME: 'fake', LOG_LEVEL: 'error' };

/** A whole server with everything real but the replica. */
export async function startFakeServer(options: FakeOptions = {}): Promise<FakeServer> {
  let core: FakeCore | undefined;
  const { environment, ...rest } = options;
  const server = await createServer(
    { ...ENVIRONMENT, ...environment },
    {
      logger: false,
      createApplication: async (module, adapter, settings) => {
        const builder = Test.createTestingModule({ imports: [module] }).overrideProvider(CORE_FACTORY);
        const compiled = await builder
          .useValue((_options: unknown, identity: ConstructorParameters<typeof FakeCore>[0]) => {
            core = new FakeCore(identity);
            return core;
          })
          .compile();
        return compiled.createNestApplication(adapter, settings);
      },
      ...rest,
    },
  );
  await server.start();
  return { server, core: core!, url: server.identity.url };
}
