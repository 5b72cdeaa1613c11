import { Module } from '@nestjs/common';

import { HttpModule } from '../http/index.js';
import { RingModule } from '../ring/index.js';
import { DEFAULT_WATCH_OPTIONS, WATCH_OPTIONS } from './options.js';
import { WatchController } from './watch.controller.js';
import { WatchService } from './watch.service.js';

@Module({
  imports: [HttpModule, RingModule],
  controllers: [WatchController],
  providers: [WatchService, { provide: WATCH_OPTIONS, useValue: DEFAULT_WATCH_OPTIONS }],
})
export class WatchModule {}
