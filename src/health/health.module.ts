import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';

import { HttpModule } from '../http/index.js';
import { RingModule } from '../ring/index.js';
import { HealthController } from './health.controller.js';
import { Prober } from './prober.js';

@Module({
  imports: [ScheduleModule.forRoot(), HttpModule, RingModule],
  controllers: [HealthController],
  providers: [Prober],
  exports: [Prober],
})
export class HealthModule {}
