import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

import { Config } from './environment.js';
import { ConfigError, quoteGiven, type Mistake } from './mistake.js';
import { brokenRules } from './rules.js';
import { unavailableIn, UNAVAILABLE_SECRETS } from './unavailable.js';
import { variablesOf } from './variable.js';

/** Environment variables by name. An empty text counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

const VARIABLES = variablesOf(Config);
const SECRETS = new Set([
  ...UNAVAILABLE_SECRETS,
  ...VARIABLES.filter(({ isSecret }) => isSecret).map(({ name }) => name),
]);

/**
 * Turns `environment` into a frozen configuration. It reads nothing else: not `process.env`, no file.
 *
 * @param isTerminal whether people read the log, which decides LOG_FORMAT when it is not set
 * @throws ConfigError with one line for each mistake, all of them at once
 */
export function loadConfig(environment: Environment, isTerminal = process.stdout.isTTY === true): Config {
  const given = withoutEmpty(environment);
  const config = plainToInstance(Config, withDefaults(given, isTerminal), { excludeExtraneousValues: true });
  const mistakes = mistakesOf(config, given);
  if (mistakes.length > 0) throw new ConfigError(mistakes.map((mistake) => toLine(mistake, given)));
  return Object.freeze(config);
}

function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, text]) => text !== ''));
}

function withDefaults(given: Environment, isTerminal: boolean): Environment {
  const texts = VARIABLES.map((variable) => [variable.name, given[variable.name] ?? variable.default]);
  const logFormat = given.LOG_FORMAT ?? (isTerminal ? 'pretty' : 'json');
  return { ...(Object.fromEntries(texts) as Environment), LOG_FORMAT: logFormat };
}

/** A variable that asks for what is not available is named once, with that sentence. */
function mistakesOf(config: Config, given: Environment): Mistake[] {
  const unavailable = unavailableIn(given);
  const wrong = new Set(validateSync(config).map(({ property }) => property));
  const wrongByThemselves = VARIABLES.filter(
    ({ name, property }) => wrong.has(property) && !unavailable.some((mistake) => mistake.name === name),
  );
  return [...wrongByThemselves, ...brokenRules(config, wrong), ...unavailable];
}

function toLine({ name, allowed }: Mistake, given: Environment): string {
  return `${name}: ${toGiven(name, given[name])}; allowed: ${allowed}`;
}

function toGiven(name: string, text: string | undefined): string {
  if (text !== undefined) return `given ${SECRETS.has(name) ? '(hidden)' : quoteGiven(text)}`;
  const fallback = VARIABLES.find((variable) => variable.name === name)?.default;
  return fallback === undefined ? 'not set' : `not set, which means ${quoteGiven(fallback)}`;
}
