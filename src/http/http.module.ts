import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';

import { RingModule } from '../ring/index.js';
import { Answers } from './answers.js';
import { Labels } from './labels.js';
import { MembersController } from './members.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { Shutdown } from './shutdown.js';

@Module({
  imports: [RingModule],
  controllers: [MembersController],
  providers: [Answers, Labels, Shutdown, { provide: APP_FILTER, useClass: ProblemFilter }],
  exports: [Answers, Labels, Shutdown],
})
export class HttpModule {}
