import type { IncomingMessage, ServerResponse } from 'node:http';

import { All, Controller, Inject, Param, Req, Res } from '@nestjs/common';

import { type Config, CONFIG } from '../config/index.js';
import { Pages } from '../http/index.js';
import { readUiFile, renderUi } from './swagger-ui.js';

@Controller()
export class DocsController {
  private description: Promise<string> | undefined;

  constructor(
    private readonly pages: Pages,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @All('docs')
  show(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    this.pages.serve(request, response, renderUi);
  }

  @All('docs/:file')
  file(@Req() request: IncomingMessage, @Res() response: ServerResponse, @Param('file') file: string): void {
    this.pages.serve(request, response, () => readUiFile(file));
  }

  @All('openapi.json')
  describe(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    this.pages.serve(request, response, async () => {
      this.description ??= this.load();
      return { type: 'application/json; charset=utf-8', body: await this.description };
    });
  }

  private async load(): Promise<string> {
    const { createDocument } = await import('./document.js');
    return JSON.stringify(createDocument(this.config));
  }
}
