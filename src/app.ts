import type { DynamicModule, INestApplication, LoggerService, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

import { AppModule } from './app.module.js';
import { CONFIG, type Config, type Environment, loadConfig } from './config/index.js';
import {
  Answers,
  Crowd,
  DEFAULT_HTTP_LIMITS,
  Gate,
  type HttpLimits,
  readTlsFiles,
  RequestTally,
  RingletAdapter,
} from './http/index.js';
import { createLogger } from './logging.js';
import { ObjectsHandler } from './objects/index.js';
import { connectRing } from './ring/index.js';
import { RingletServer } from './server.js';

/** Builds the Nest application; tests put other providers into it. */
export type CreateApplication = (
  module: DynamicModule,
  adapter: RingletAdapter,
  options: NestApplicationOptions,
) => Promise<INestApplication>;

export interface ServerOptions {
  /** False: object requests go through Express and Nest like all others. The answers are the same. */
  readonly shortWay?: boolean;
  readonly limits?: Partial<HttpLimits>;
  readonly logger?: LoggerService | false;
  readonly createApplication?: CreateApplication;
}

const createWithNest: CreateApplication = (module, adapter, options) =>
  NestFactory.create(module, adapter, options);

/**
 * Builds a whole server from an environment, without reading or changing anything global, so that several run in one
 * process. It does not listen yet.
 *
 * @throws ConfigError
 */
export async function createServer(
  environment: Environment,
  options: ServerOptions = {},
): Promise<RingletServer> {
  const config = loadConfig(environment);
  const { createApplication = createWithNest, logger = createLogger(config) } = options;
  const limits = { ...DEFAULT_HTTP_LIMITS, drainMs: config.drainTimeoutMs, ...options.limits };
  const { maxConnections } = config;
  const adapter = new RingletAdapter({ limits, maxConnections, tls: readTlsFiles(config) });
  const module = AppModule.forEnvironment(environment);
  const app = await createApplication(module, adapter, { logger, bodyParser: false, abortOnError: false });
  connectRing(app);
  connectObjects(app, adapter, options.shortWay ?? true);
  return new RingletServer(app, adapter, app.get<Config>(CONFIG));
}

function connectObjects(app: INestApplication, adapter: RingletAdapter, shortWay: boolean): void {
  const handler = app.get(ObjectsHandler);
  const objects = handler.handle.bind(handler);
  adapter.connect({
    answers: app.get(Answers),
    crowd: app.get(Crowd),
    gate: app.get(Gate),
    tally: app.get(RequestTally),
    objects,
    shortWay,
  });
}
