import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';

import { RingModule } from '../ring/index.js';
import { Access } from './access.js';
import { Answers } from './answers.js';
import { Crowd } from './crowd.js';
import { Gate } from './gate.js';
import { Labels } from './labels.js';
import { LeastLoaded } from './least-loaded.js';
import { MembersController } from './members.controller.js';
import { Pages } from './pages.js';
import { ProblemFilter } from './problem.filter.js';
import { RequestTally } from './request-tally.js';
import { RingReports } from './ring-reports.js';
import { Shutdown } from './shutdown.js';

@Module({
  imports: [RingModule],
  controllers: [MembersController],
  providers: [
    Access,
    Answers,
    Crowd,
    Gate,
    Labels,
    LeastLoaded,
    Pages,
    RequestTally,
    RingReports,
    Shutdown,
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
  exports: [Answers, Crowd, Gate, Labels, LeastLoaded, Pages, RequestTally, RingReports, Shutdown],
})
export class HttpModule {}
