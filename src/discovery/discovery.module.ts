import { Module } from '@nestjs/common';

import { RingModule } from '../ring/index.js';
import { DiscoveryService } from './discovery.service.js';

@Module({
  imports: [RingModule],
  providers: [DiscoveryService],
  exports: [DiscoveryService],
})
export class DiscoveryModule {}
