import { Module } from '@nestjs/common';

import { HttpModule } from '../http/index.js';
import { ObjectsModule } from '../objects/index.js';
import { RingModule } from '../ring/index.js';
import { BundleAnswers } from './bundle-answers.js';
import { BundlesController } from './bundles.controller.js';
import { BundlesHandler } from './bundles.handler.js';
import { BundlesService } from './bundles.service.js';
import { PartBodies } from './part-bodies.js';

@Module({
  imports: [HttpModule, ObjectsModule, RingModule],
  controllers: [BundlesController],
  providers: [BundleAnswers, BundlesHandler, BundlesService, PartBodies],
})
export class BundlesModule {}
