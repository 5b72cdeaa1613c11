import { Module } from '@nestjs/common';

import { HttpModule } from '../http/index.js';
import { DocsController } from './docs.controller.js';

@Module({ imports: [HttpModule], controllers: [DocsController] })
export class DocsModule {}
