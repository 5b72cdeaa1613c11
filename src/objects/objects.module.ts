import { Module } from '@nestjs/common';

import { HttpModule } from '../http/index.js';
import { RingModule } from '../ring/index.js';
import { Bodies } from './bodies.js';
import { ObjectsController } from './objects.controller.js';
import { ObjectsHandler } from './objects.handler.js';
import { ObjectsService } from './objects.service.js';
import { Reads } from './reads.js';
import { Writes } from './writes.js';

@Module({
  imports: [HttpModule, RingModule],
  controllers: [ObjectsController],
  providers: [Bodies, ObjectsService, ObjectsHandler, Reads, Writes],
  exports: [Bodies, ObjectsService, ObjectsHandler],
})
export class ObjectsModule {}
