/** Bytes in each binary unit; decimal units (KB, MB) are not taken, as people disagree on what they mean. */
const UNITS = { TiB: 2 ** 40, GiB: 2 ** 30, MiB: 2 ** 20, KiB: 2 ** 10 } as const;

const WHOLE_NUMBER = /^(?:0|[1-9]\d*)$/;
const SIZE = /^(\d+)(KiB|MiB|GiB|TiB)?$/;

/**
 * The number that `text` writes in plain decimal digits: no sign, blank, exponent or leading zero.
 * Undefined when it is none, or when it is past `Number.MAX_SAFE_INTEGER`.
 */
export function parseWholeNumber(text: string): number | undefined {
  if (!WHOLE_NUMBER.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The bytes of a size such as `64KiB`, `512MiB`, `1GiB` or `1048576`; undefined when `text` is no size. */
export function parseSize(text: string): number | undefined {
  const [, digits, unit] = SIZE.exec(text) ?? [];
  const count = digits === undefined ? undefined : parseWholeNumber(digits);
  if (count === undefined) return undefined;
  const bytes = count * (unit === undefined ? 1 : UNITS[unit as keyof typeof UNITS]);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The shortest text that `parseSize` reads as `bytes`. */
export function formatSize(bytes: number): string {
  if (bytes === 0) return '0';
  const unit = Object.entries(UNITS).find(([, factor]) => bytes % factor === 0);
  return unit === undefined ? String(bytes) : `${bytes / unit[1]}${unit[0]}`;
}

/** `1` is yes and `0` is no; every other word is undefined, so that `INSECURE=no` never means yes. */
export function parseFlag(text: string): boolean | undefined {
  return text === '1' ? true : text === '0' ? false : undefined;
}

const TIME_UNITS = { ms: 1, s: 1000, min: 60_000 } as const;
const TIME = /^(\d+)(ms|s|min)$/;

/** The milliseconds of a time such as `50ms`, `2s` or `10min`; undefined when `text` is no time, or has no unit. */
export function parseTime(text: string): number | undefined {
  const [, digits, unit] = TIME.exec(text) ?? [];
  const count = digits === undefined ? undefined : parseWholeNumber(digits);
  if (count === undefined) return undefined;
  const milliseconds = count * TIME_UNITS[unit as keyof typeof TIME_UNITS];
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}

/** The shortest text that `parseTime` reads as these milliseconds. */
export function formatTime(milliseconds: number): string {
  if (milliseconds === 0) return '0ms';
  const [unit, factor] = Object.entries(TIME_UNITS).findLast(([, it]) => milliseconds % it === 0)!;
  return `${milliseconds / factor}${unit}`;
}
