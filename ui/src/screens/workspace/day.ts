// Reads a day and a time as people type them. British order throughout; a day without a year is the next one.

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Returns `YYYY-MM-DD`, `null` for nothing, `undefined` for what is no day. */
export function readDay(typed: string, today: string): string | null | undefined {
  const text = typed.trim().toLowerCase().replace(/,/g, ' ');
  if (text === '') return null;
  if (text === 'today') return today;
  if (text === 'tomorrow') return after(today, 1);
  const weekday = WEEKDAYS.findIndex((name) => text.length >= 3 && text.startsWith(name));
  const rest = weekday === -1 ? text : text.replace(/^[a-z]+\.?\s*/, '');
  if (weekday !== -1 && rest === '') return nextWeekday(weekday, today);
  const written = /^(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?(?:\s+(\d{4}))?$/.exec(rest);
  if (written) return day(written[3], MONTHS.indexOf((written[2] ?? '').slice(0, 3)) + 1, written[1], today);
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(rest);
  if (iso) return day(iso[1], Number(iso[2]), iso[3], today);
  const short = /^(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{2}|\d{4}))?$/.exec(rest);
  if (!short) return undefined;
  const year = short[3]?.length === 2 ? `20${short[3]}` : short[3];
  return day(year, Number(short[2]), short[1], today);
}

function day(year: string | undefined, month: number, of: string | undefined, today: string): string | undefined {
  const thisYear = Number(today.slice(0, 4));
  const found = iso(year === undefined ? thisYear : Number(year), month, Number(of));
  if (found === undefined || year !== undefined || found >= today) return found;
  return iso(thisYear + 1, month, Number(of));
}

function iso(year: number, month: number, of: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, of));
  // 31 February would become a day of March.
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === of && year > 1999 && year < 2200;
  return isReal ? date.toISOString().slice(0, 10) : undefined;
}

function after(from: string, days: number): string {
  return new Date(Date.parse(from) + days * 86_400_000).toISOString().slice(0, 10);
}

function nextWeekday(wanted: number, today: string): string {
  const ahead = (wanted - new Date(today).getUTCDay() + 7) % 7;
  return after(today, ahead === 0 ? 7 : ahead);
}

/** Returns `HH:MM`, `null` for nothing, `undefined` for what is no time. */
export function readTime(typed: string): string | null | undefined {
  const text = typed.trim().toLowerCase();
  if (text === '') return null;
  if (text === 'midday' || text === 'noon') return '12:00';
  if (text === 'midnight') return '00:00';
  const parts = /^(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?$/.exec(text);
  if (!parts || (parts[2] === undefined && parts[3] === undefined)) return undefined;
  const minute = Number(parts[2] ?? 0);
  let hour = Number(parts[1]);
  if (parts[3] !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (parts[3] === 'pm' ? 12 : 0);
  }
  if (hour > 23 || minute > 59) return undefined;
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
