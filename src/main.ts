import 'reflect-metadata';

import { createServer } from './app.js';
import { ConfigError, readEnvironment } from './config/index.js';
import type { RingletServer } from './server.js';

const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;
/** What a shell reports of a process that a signal ended. */
const ENDED_BY_SIGNAL = 128;

/** The first signal asks the server to leave and end well; the second ends it at once. SIGHUP renews its certificate. */
function followSignals(server: RingletServer): void {
  let isAsked = false;
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (isAsked) process.exit(ENDED_BY_SIGNAL + number);
      isAsked = true;
      void server.stop();
    });
  }
  if (server.hasCertificate) process.on('SIGHUP', () => server.renewCertificate());
}

/** One line for each mistake that whoever starts the server can mend; a stack only for those that they cannot. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const isKnown = error instanceof Error && error.cause !== undefined;
  return isKnown ? error.message : String(error instanceof Error ? error.stack : error);
}

try {
  const server = await createServer(readEnvironment(process.cwd()));
  followSignals(server);
  await server.start();
  await server.ended;
  process.exit(0);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
