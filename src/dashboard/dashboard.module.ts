import { Module } from '@nestjs/common';

import { HttpModule } from '../http/index.js';
import { DashboardController } from './dashboard.controller.js';

@Module({ imports: [HttpModule], controllers: [DashboardController] })
export class DashboardModule {}
