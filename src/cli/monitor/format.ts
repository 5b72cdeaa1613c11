const SECOND_MS = 1000;
const MINUTE = 60;
const HOUR = 3600;

/** The time of day here, `09:05:07`. */
export function clock(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour12: false });
}

/** `0.2 s`, `12 s`, `3 min`, `2 h`. */
export function age(ms: number): string {
  const seconds = Math.max(0, ms) / SECOND_MS;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 2 * MINUTE) return `${Math.floor(seconds)} s`;
  if (seconds < 2 * HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  return `${Math.floor(seconds / HOUR)} h`;
}

/** `0`, `0.5`, `12`, `1,234`. */
export function rate(perSecond: number): string {
  const isSmall = perSecond > 0 && perSecond < 9.95;
  const text = isSmall ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString('en');
  return text.replace(/\.0$/, '');
}

export function count(value: number): string {
  return value.toLocaleString('en');
}
