const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH = `(${MONTHS.join('|')})`;
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)';
const TIME = '(\\d\\d):(\\d\\d):(\\d\\d)';

const IMF_FIXDATE = new RegExp(`^${DAY}, (\\d\\d) ${MONTH} (\\d{4}) ${TIME} GMT$`);
const RFC_850 = new RegExp(`^${LONG_DAY}, (\\d\\d)-${MONTH}-(\\d\\d) ${TIME} GMT$`);
const ASCTIME = new RegExp(`^${DAY} ${MONTH} ([ \\d]\\d) ${TIME} (\\d{4})$`);

const YEARS_AHEAD = 50;
const SECOND_MS = 1000;

/** Milliseconds since the epoch of an HTTP date in any of its three forms (RFC 9110, 5.6.7); undefined for others. */
export function parseHttpDate(text: string, now: number): number | undefined {
  const fixed = IMF_FIXDATE.exec(text);
  if (fixed !== null) return toTime(fixed[3]!, fixed[2]!, fixed[1]!, fixed.slice(4));
  const old = RFC_850.exec(text);
  if (old !== null) return toTime(fullYear(old[3]!, now), old[2]!, old[1]!, old.slice(4));
  const asctime = ASCTIME.exec(text);
  if (asctime !== null) return toTime(asctime[6]!, asctime[1]!, asctime[2]!, asctime.slice(3, 6));
  return undefined;
}

/** A year of two digits that seems to be more than 50 years ahead is in the past. */
function fullYear(digits: string, now: number): string {
  const present = new Date(now).getUTCFullYear();
  const year = present - (present % 100) + Number(digits);
  return String(year > present + YEARS_AHEAD ? year - 100 : year);
}

function toTime(
  year: string,
  month: string,
  day: string,
  [hour, minute, second]: string[],
): number | undefined {
  const midnight = new Date(Date.UTC(Number(year), MONTHS.indexOf(month), Number(day)));
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)];
  // Date.UTC takes the years before 100 for those of the twentieth century. A minute may have a leap second.
  const isReal =
    midnight.getUTCFullYear() === Number(year) &&
    midnight.getUTCDate() === Number(day) &&
    hours < 24 &&
    minutes < 60 &&
    seconds <= 60;
  return isReal ? midnight.getTime() + ((hours * 60 + minutes) * 60 + seconds) * SECOND_MS : undefined;
}
