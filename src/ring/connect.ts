import type { INestApplication } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';

import { RingServer } from './ring-server.js';

/** Makes the ring link a microservice of the application. It listens from `startAllMicroservices` on. */
export function connectRing(app: INestApplication): void {
  app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(RingServer) });
}
