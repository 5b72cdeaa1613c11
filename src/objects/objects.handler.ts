import type { IncomingMessage, ServerResponse } from 'node:http';

import { Inject, Injectable, Optional } from '@nestjs/common';

import { Answers, OF_OBJECTS } from '../http/index.js';
import { BEYOND, type Beyond } from './beyond.js';
import { keyOf } from './key.js';
import { Reads } from './reads.js';
import { Writes } from './writes.js';

/**
 * Answers every request under `/objects/`, on plain node:http. There is one of it for both ways in, the short one and
 * that through Nest's controller, so that both give the same answers.
 */
@Injectable()
export class ObjectsHandler {
  constructor(
    private readonly reads: Reads,
    private readonly writes: Writes,
    private readonly answers: Answers,
    @Optional() @Inject(BEYOND) private readonly beyond: Beyond | null = null,
  ) {}

  handle(request: IncomingMessage, response: ServerResponse): void {
    try {
      this.route(request, response)?.catch((error: unknown) =>
        this.answers.failure(request, response, error),
      );
    } catch (error) {
      this.answers.failure(request, response, error);
    }
  }

  /** Undefined when the answer was given at once. */
  private route(request: IncomingMessage, response: ServerResponse): Promise<void> | undefined {
    const key = keyOf(request.url!);
    const claimed = this.beyond?.claim(request, response, key) ?? null;
    if (claimed !== null) return claimed;
    switch (request.method) {
      case 'GET':
      case 'HEAD':
        return this.reads.read(request, response, key);
      case 'PUT':
        return this.writes.put(request, response, key);
      case 'DELETE':
        return this.writes.delete(request, response, key);
      default:
        return void this.answers.otherMethod(request, response, OF_OBJECTS);
    }
  }
}
