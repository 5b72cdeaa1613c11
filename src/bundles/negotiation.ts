const MOST_CHARACTERS = 1024;
/** A media range and what follows it, up to the next comma outside of quotes. */
const RANGE = /\s*([^\s;,"]+)((?:[^,"]|"(?:[^"\\]|\\.)*")*)(?:,|$)/gy;
const WEIGHT = /;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)/i;

interface Range {
  readonly type: string;
  readonly weight: number;
}

/**
 * Which of these types a client likes best by its Accept (RFC 9110, 12.5.1), of equals the first; undefined for none. Without the header, and
 * when it is too long to be looked at, all are the same to it.
 */
export function preferred(accept: string | undefined, types: readonly string[]): string | undefined {
  if (accept === undefined || accept.trim() === '' || accept.length > MOST_CHARACTERS) return types[0];
  const ranges = [...accept.matchAll(RANGE)].map(toRange);
  const weights = types.map((type) => weightOf(type, ranges));
  const most = Math.max(...weights);
  return most > 0 ? types[weights.indexOf(most)] : undefined;
}

function toRange([, type, parameters]: RegExpExecArray): Range {
  return { type: type!.toLowerCase(), weight: Number(WEIGHT.exec(parameters!)?.[1] ?? 1) };
}

/** The most specific range that a type is in counts. */
function weightOf(type: string, ranges: readonly Range[]): number {
  const group = `${type.slice(0, type.indexOf('/'))}/*`;
  for (const name of [type, group, '*/*']) {
    const range = ranges.find((one) => one.type === name);
    if (range !== undefined) return range.weight;
  }
  return 0;
}
