import { Module } from '@nestjs/common';

import { CONFIG } from '../config/index.js';
import { CORE_FACTORY, createReplica } from './core.js';
import { Disk } from './disk.js';
import { exitProcess, FATAL } from './fatal.js';
import { Links } from './links.js';
import { RING_OPTIONS, ringOptionsOf } from './options.js';
import { RingController } from './ring.controller.js';
import { RingServer } from './ring-server.js';
import { RingService } from './ring.service.js';

@Module({
  controllers: [RingController],
  providers: [
    Disk,
    Links,
    RingServer,
    RingService,
    { provide: RING_OPTIONS, useFactory: ringOptionsOf, inject: [CONFIG] },
    { provide: CORE_FACTORY, useValue: createReplica },
    { provide: FATAL, useValue: exitProcess },
  ],
  exports: [RingService, RingServer],
})
export class RingModule {}
