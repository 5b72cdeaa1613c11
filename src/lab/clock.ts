const two = (value: number): string => String(value).padStart(2, '0');

/** The time of day where the lab runs, to the millisecond: promotions take less than a second. */
export function timeOfDay(now = new Date()): string {
  const milliseconds = String(now.getMilliseconds()).padStart(3, '0');
  return `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}.${milliseconds}`;
}
