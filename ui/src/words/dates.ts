// The wording of dates and times, in UK time. Arithmetic on closing times is Rust's; this only words what it
// is given. Written here because the browser's own British form has commas and "5:30 pm".

const ZONE = 'Europe/London';
const DAY_MS = 86_400_000;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const LOCAL = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** Returns the UK day `YYYY-MM-DD` and the UK time `HH:MM` of an instant. */
export function local(ms: number): { date: string; time: string } {
  const parts = Object.fromEntries(LOCAL.formatToParts(ms).map((part) => [part.type, part.value]));
  return { date: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}` };
}

function split(date: string): { year: number; month: number; day: number; weekday: string } {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const weekday = WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? '';
  return { year, month, day, weekday };
}

/** 14 December */
export function dayMonth(date: string): string {
  const { month, day } = split(date);
  return `${day} ${MONTHS[month - 1] ?? ''}`;
}

/** 14 December 2026 */
export function dayMonthYear(date: string): string {
  return `${dayMonth(date)} ${split(date).year}`;
}

/** Monday 14 December */
export function weekdayMonth(date: string): string {
  return `${split(date).weekday} ${dayMonth(date)}`;
}

/** Monday 14 December 2026 */
export function weekdayMonthYear(date: string): string {
  return `${split(date).weekday} ${dayMonthYear(date)}`;
}

/** Monday */
export function weekday(date: string): string {
  return split(date).weekday;
}

/** December */
export function monthName(date: string): string {
  return MONTHS[split(date).month - 1] ?? '';
}

/** The number of the year of a day. */
export function yearOf(date: string): number {
  return split(date).year;
}

/** 5pm, 5:30pm, midday, midnight */
export function clock(time: string): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  if (minute === 0 && hour === 12) return 'midday';
  if (minute === 0 && hour === 0) return 'midnight';
  const past = minute === 0 ? '' : `:${String(minute).padStart(2, '0')}`;
  return `${hour % 12 === 0 ? 12 : hour % 12}${past}${hour < 12 ? 'am' : 'pm'}`;
}

/** The UK time of an instant, such as 10:42am. */
export function clockAt(ms: number): string {
  return clock(local(ms).time);
}

/** Calendar days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** today at 9:12am, yesterday 4:20pm, Friday 20 November */
export function whenAt(ms: number, today: string): string {
  const { date, time } = local(ms);
  const ago = daysBetween(date, today);
  if (ago === 0) return `today at ${clock(time)}`;
  if (ago === 1) return `yesterday ${clock(time)}`;
  if (yearOf(date) === yearOf(today)) return weekdayMonth(date);
  return weekdayMonthYear(date);
}

/** today, yesterday, Friday (in the last six days), 11 November */
export function sinceDay(ms: number, today: string): string {
  const { date } = local(ms);
  const ago = daysBetween(date, today);
  if (ago <= 0) return 'today';
  if (ago === 1) return 'yesterday';
  if (ago < 7) return weekday(date);
  return yearOf(date) === yearOf(today) ? dayMonth(date) : dayMonthYear(date);
}

/** in 2 minutes, in 40 seconds, at 5pm */
export function untilAt(ms: number, now: number): string {
  const left = ms - now;
  if (left <= 1000) return 'now';
  if (left < 60_000) return `in ${Math.round(left / 1000)} seconds`;
  const minutes = Math.round(left / 60_000);
  if (minutes < 60) return `in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  return `at ${clockAt(ms)}`;
}

/** 6 hours, 2 days */
export function howLong(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 60) return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `${hours} ${hours === 1 ? 'hour' : 'hours'}`;
  return `${Math.round(hours / 24)} days`;
}

/** Whether the computer's clock shows another time than the UK's. */
export function zoneDiffers(now: number): boolean {
  const here = new Date(now);
  const time = `${String(here.getHours()).padStart(2, '0')}:${String(here.getMinutes()).padStart(2, '0')}`;
  return local(now).time !== time;
}
