import { Global, Module } from '@nestjs/common';

import { type Config, CONFIG } from '../config/index.js';
import { HttpModule } from '../http/index.js';
import { BEYOND } from '../objects/index.js';
import { RingModule } from '../ring/index.js';
import { IslandsController } from './islands.controller.js';
import { IslandsService } from './islands.service.js';

/** It is global as the objects, on which it depends, learn by it what is beyond them. */
@Global()
@Module({
  imports: [HttpModule, RingModule],
  controllers: [IslandsController],
  providers: [
    IslandsService,
    {
      provide: BEYOND,
      inject: [CONFIG, IslandsService],
      useFactory: ({ islands }: Config, service: IslandsService) => (islands.length > 0 ? service : null),
    },
  ],
  exports: [BEYOND, IslandsService],
})
export class IslandsModule {}
