import { Module } from '@nestjs/common';

import { HttpModule } from '../http/index.js';
import { ObjectsModule } from '../objects/index.js';
import { RingModule } from '../ring/index.js';
import { BackupController } from './backup.controller.js';
import { BackupService } from './backup.service.js';

@Module({
  imports: [HttpModule, ObjectsModule, RingModule],
  controllers: [BackupController],
  providers: [BackupService],
})
export class BackupModule {}
