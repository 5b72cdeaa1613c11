import type { IncomingMessage, ServerResponse } from 'node:http';

import {
  Catch,
  HttpException,
  HttpStatus,
  Injectable,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';

import { Answers } from './answers.js';
import { Problem } from './problem.js';

/** Answers what is thrown on the way through Nest just as the short way does. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly answers: Answers) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<IncomingMessage>();
    const response = http.getResponse<ServerResponse>();
    this.answers.failure(request, response, toProblem(error));
  }
}

/** Of Express and Nest themselves come only these: no route for a path, and a path that is not percent-encoded. */
function toProblem(error: unknown): unknown {
  if (!(error instanceof HttpException)) return error;
  switch (error.getStatus()) {
    case HttpStatus.NOT_FOUND:
      return new Problem('no_resource');
    case HttpStatus.BAD_REQUEST:
      return new Problem('key_encoding');
    default:
      return error;
  }
}
