import {
  ArrayMaxSize,
  IsBoolean,
  IsIn,
  IsInstance,
  IsInt,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  NotContains,
  ValidateBy,
} from 'class-validator';

import {
  Address,
  parseAddresses,
  parseHost,
  parseOrigin,
  parseOrigins,
  parseReachableAddress,
} from './address.js';
import { MULTICAST } from './choices.js';
import { parseIslands } from './island-url.js';
import { parseGroup } from '../multicast/index.js';
import { formatSize, formatTime, parseFlag, parseSize, parseTime, parseWholeNumber } from './parse.js';
import { variable, type Documented } from './variable.js';

interface Bounded extends Documented {
  /** The least and the greatest value. */
  readonly range: readonly [min: number, max: number];
}

const asGiven = (text: string) => text;

export function WholeNumber(name: string, { range: [min, max], ...documented }: Bounded): PropertyDecorator {
  const allowed = `a whole number from ${min} to ${max}`;
  return variable(name, documented, {
    allowed,
    parse: parseWholeNumber,
    validators: [IsInt(), Min(min), Max(max)],
  });
}

/** A number of servers; 0 stands for the word all. */
export function Copies(
  name: string,
  { max, ...documented }: Documented & { readonly max: number },
): PropertyDecorator {
  return variable(name, documented, {
    allowed: `all, or a whole number from 1 to ${max}`,
    parse: (text) => (text === 'all' ? 0 : parseWholeNumber(text) || undefined),
    validators: [IsInt(), Min(0), Max(max)],
  });
}

export function Port(name: string, documented: Documented): PropertyDecorator {
  return WholeNumber(name, { range: [0, 65_535], ...documented });
}

export function Size(name: string, { range: [min, max], ...documented }: Bounded): PropertyDecorator {
  const allowed = `${formatSize(min)} to ${formatSize(max)}, as bytes or as a whole number of KiB, MiB, GiB or TiB`;
  return variable(name, documented, { allowed, parse: parseSize, validators: [IsInt(), Min(min), Max(max)] });
}

export function Choice(
  name: string,
  { of, ...documented }: Documented & { readonly of: readonly string[] },
): PropertyDecorator {
  return variable(name, documented, {
    allowed: of.join(', '),
    parse: asGiven,
    validators: [IsIn([...of])],
  });
}

export function Flag(name: string, documented: Documented): PropertyDecorator {
  return variable(name, documented, { allowed: '0 or 1', parse: parseFlag, validators: [IsBoolean()] });
}

export function Name(name: string, documented: Documented): PropertyDecorator {
  const allowed = '1 to 64 characters, each a letter A-Z or a-z, a digit, ".", "_" or "-"';
  return variable(name, documented, {
    allowed,
    parse: asGiven,
    validators: [Matches(/^[A-Za-z0-9._-]{1,64}$/)],
  });
}

export function Secret(
  name: string,
  { max, ...documented }: Documented & { readonly max: number },
): PropertyDecorator {
  const validators = [IsString(), Length(1, max)];
  return variable(name, documented, {
    allowed: `1 to ${max} characters`,
    parse: asGiven,
    validators,
    isSecret: true,
  });
}

/** A secret that travels in a header. */
export function Token(name: string, documented: Documented): PropertyDecorator {
  return variable(name, documented, {
    allowed: '1 to 1024 visible ASCII characters, so no blanks',
    parse: asGiven,
    validators: [Matches(/^[!-~]{1,1024}$/)],
    isSecret: true,
  });
}

/** The path of a file, which is not looked at here. Where a secret could be put in its place, it is not shown. */
export function Path(
  name: string,
  { isSecret = false, ...documented }: Documented & { readonly isSecret?: boolean },
): PropertyDecorator {
  return variable(name, documented, {
    allowed: 'the path of a file, 1 to 4096 characters without control characters',
    parse: asGiven,
    validators: [Matches(/^\P{Cc}{1,4096}$/u), NotContains('-----BEGIN')],
    isSecret,
  });
}

/** The path of a directory, which is not looked at here. */
export function Directory(name: string, documented: Documented): PropertyDecorator {
  return variable(name, documented, {
    allowed: 'the path of a directory, 1 to 4096 characters without control characters',
    parse: asGiven,
    validators: [Matches(/^\P{Cc}{1,4096}$/u)],
  });
}

export function Time(name: string, { range: [min, max], ...documented }: Bounded): PropertyDecorator {
  const allowed = `${formatTime(min)} to ${formatTime(max)}, as a whole number of ms, s or min`;
  return variable(name, documented, { allowed, parse: parseTime, validators: [IsInt(), Min(min), Max(max)] });
}

/** One of some words, or a time. */
export function WordOrTime(
  name: string,
  { of, range: [min, max], ...documented }: Bounded & { readonly of: readonly string[] },
): PropertyDecorator {
  const allowed = `${of.join(', ')}, or ${formatTime(min)} to ${formatTime(max)}, as a whole number of ms, s or min`;
  const isAllowed = (value: unknown) =>
    typeof value === 'number' ? value >= min && value <= max : of.includes(value as string);
  return variable(name, documented, {
    allowed,
    parse: (text) => (of.includes(text) ? text : parseTime(text)),
    validators: [ValidateBy({ name: 'wordOrTime', validator: { validate: isAllowed } })],
  });
}

export function Host(name: string, documented: Documented): PropertyDecorator {
  const allowed = 'a host name, or an IP address without a zone';
  return variable(name, documented, { allowed, parse: parseHost, validators: [IsString()] });
}

export function Origin(name: string, documented: Documented): PropertyDecorator {
  const allowed = 'http://host:port or https://host:port without a path, and not 0.0.0.0 or [::]';
  return variable(name, documented, { allowed, parse: parseOrigin, validators: [IsString()] });
}

export function Origins(
  name: string,
  { max, ...documented }: Documented & { readonly max: number },
): PropertyDecorator {
  const allowed = `http://host:port or https://host:port without a path; several, at most ${max}, with commas between them; or *`;
  const validators = [ArrayMaxSize(max), IsString({ each: true })];
  return variable(name, documented, { allowed, parse: parseOrigins, validators, absent: Object.freeze([]) });
}

export function ReachableAddress(name: string, documented: Documented): PropertyDecorator {
  const allowed = 'host:port with a port from 1 to 65535, and not 0.0.0.0 or [::]';
  return variable(name, documented, {
    allowed,
    parse: parseReachableAddress,
    validators: [IsInstance(Address)],
  });
}

/** Addresses, or the word that says that they are found by multicast. */
export function Peers(
  name: string,
  { max, ...documented }: Documented & { readonly max: number },
): PropertyDecorator {
  const allowed = `host:port with a port from 1 to 65535; several, at most ${max}, with commas between them; or ${MULTICAST}`;
  const isAllowed = (value: unknown) => value === MULTICAST || (Array.isArray(value) && value.length <= max);
  return variable(name, documented, {
    allowed,
    parse: (text) => (text.toLowerCase() === MULTICAST ? MULTICAST : parseAddresses(text)),
    validators: [ValidateBy({ name: 'peers', validator: { validate: isAllowed } })],
    absent: Object.freeze([]),
  });
}

/** URLs with or without a token, which is why none of them is ever shown. */
export function Islands(
  name: string,
  { max, ...documented }: Documented & { readonly max: number },
): PropertyDecorator {
  return variable(name, documented, {
    allowed: `http://host:port or https://host:port without a path, each with or without TOKEN@ before the host; several different ones, at most ${max}, with commas between them`,
    parse: parseIslands,
    validators: [ArrayMaxSize(max)],
    isSecret: true,
    absent: Object.freeze([]),
  });
}

const isGroup = (value: unknown): boolean => typeof value === 'object' && value !== null && 'port' in value;

export function MulticastGroup(name: string, documented: Documented): PropertyDecorator {
  return variable(name, documented, {
    allowed: 'address:port with an IPv4 address from 224.0.0.0 to 239.255.255.255 and a port from 1 to 65535',
    parse: parseGroup,
    validators: [ValidateBy({ name: 'group', validator: { validate: isGroup } })],
  });
}
