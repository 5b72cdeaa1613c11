import { ConsoleLogger, type LogLevel as NestLevel } from '@nestjs/common';

import type { Config, LogLevel } from './config/index.js';

/** From the most to the least urgent. Nest's word for `info` is `log`. */
const LEVELS: readonly NestLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];

/** What Nest tells of its own start interests those who debug it only. */
const NEST = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'NestMicroservice',
  'RouterExplorer',
  'RoutesResolver',
]);

class ServerLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (NEST.has(String(rest.at(-1)))) super.debug(message, ...rest);
    else super.log(message, ...rest);
  }
}

export function createLogger({ logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>): ConsoleLogger {
  const isJson = logFormat === 'json';
  const logLevels = levelsDownTo(logLevel);
  return new ServerLogger({ json: isJson, colors: !isJson, logLevels, prefix: 'Ringlet' });
}

function levelsDownTo(level: LogLevel): NestLevel[] {
  const least = level === 'info' ? 'log' : level;
  return LEVELS.slice(0, LEVELS.indexOf(least) + 1);
}
