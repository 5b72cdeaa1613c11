import { Module } from '@nestjs/common';

import { ObjectsModule } from '../objects/index.js';
import { RingModule } from '../ring/index.js';
import { OPEN_DIRECTORY, openDirectory } from './directory.js';
import { FilesService } from './files.service.js';

@Module({
  imports: [RingModule, ObjectsModule],
  providers: [FilesService, { provide: OPEN_DIRECTORY, useValue: openDirectory }],
  exports: [FilesService],
})
export class FilesModule {}
