import type { IncomingMessage, ServerResponse } from 'node:http';

import { All, Controller, Param, Req, Res } from '@nestjs/common';

import { Pages } from '../http/index.js';
import { readPageFile, renderPage } from './files.js';

@Controller()
export class DashboardController {
  constructor(private readonly pages: Pages) {}

  @All()
  show(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    this.pages.serve(request, response, renderPage);
  }

  @All('dashboard/:file')
  file(@Req() request: IncomingMessage, @Res() response: ServerResponse, @Param('file') file: string): void {
    this.pages.serve(request, response, () => readPageFile(file));
  }
}
