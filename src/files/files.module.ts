import { Module } from '@nestjs/common';

import { ObjectsModule } from '../objects/index.js';
import { RingModule } from '../ring/index.js';
import { FilesService } from './files.service.js';

@Module({
  imports: [RingModule, ObjectsModule],
  providers: [FilesService],
  exports: [FilesService],
})
export class FilesModule {}
