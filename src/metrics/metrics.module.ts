import { Module } from '@nestjs/common';

import { FilesModule } from '../files/index.js';
import { HttpModule } from '../http/index.js';
import { RingModule } from '../ring/index.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsService } from './metrics.service.js';

@Module({
  imports: [HttpModule, RingModule, FilesModule],
  controllers: [MetricsController],
  providers: [MetricsService],
})
export class MetricsModule {}
