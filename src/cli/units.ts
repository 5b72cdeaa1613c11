const STEP = 1024;
const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'];

/** `0 bytes`, `1 byte`, `12.3 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < STEP) return counted(bytes, 'byte');
  let value = bytes;
  let unit = -1;
  while (value >= STEP && unit < UNITS.length - 1) {
    value /= STEP;
    unit++;
  }
  return `${value.toFixed(1)} ${UNITS[unit]}`;
}

/** `1 object`, `2 objects`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A time as ISO 8601, or a date, in the zone of whoever reads it: `2026-03-01 12:00:00`. */
export function formatTime(time: string | Date): string {
  const date = new Date(time);
  const [year, ...rest] = [
    date.getFullYear(),
    date.getMonth() + 1,
    date.getDate(),
    date.getHours(),
    date.getMinutes(),
    date.getSeconds(),
  ].map((number) => String(number).padStart(2, '0'));
  const [month, day, ...clock] = rest;
  return `${year}-${month}-${day} ${clock.join(':')}`;
}
