import { Module } from '@nestjs/common';

import { HttpModule } from '../http/index.js';
import { ObjectsModule } from '../objects/index.js';
import { ConflictsController } from './conflicts.controller.js';
import { ConflictsHandler } from './conflicts.handler.js';
import { ConflictsService } from './conflicts.service.js';

@Module({
  imports: [HttpModule, ObjectsModule],
  controllers: [ConflictsController],
  providers: [ConflictsHandler, ConflictsService],
})
export class ConflictsModule {}
