// Reads days and times as people type them. The web views' own date fields differ and one has none at all.

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Reads 14 December 2026, 14/12/2026 or 2026-12-14 as `YYYY-MM-DD`; `null` where it is no day. */
export function readDay(text: string): string | null {
  const plain = text.trim().toLowerCase().replace(/^[a-z]+day,?\s+/u, '').replace(/(\d)(?:st|nd|rd|th)\b/u, '$1');
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/u.exec(plain);
  if (iso) return day(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const figures = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/u.exec(plain);
  if (figures) return day(Number(figures[3]), Number(figures[2]), Number(figures[1]));
  const words = /^(\d{1,2})\s+([a-z]{3,9})\.?,?\s+(\d{4})$/u.exec(plain);
  if (!words) return null;
  const month = MONTHS.findIndex((name) => words[2]?.startsWith(name)) + 1;
  return month === 0 ? null : day(Number(words[3]), month, Number(words[1]));
}

function day(year: number, month: number, date: number): string | null {
  const made = new Date(Date.UTC(year, month - 1, date));
  const same = made.getUTCFullYear() === year && made.getUTCMonth() === month - 1 && made.getUTCDate() === date;
  return same && year >= 1990 && year <= 2199 ? made.toISOString().slice(0, 10) : null;
}

/** Reads 5pm, 5:30pm, 17:30, 11.45 pm, midday or midnight as `HH:MM`; `null` where it is no time. */
export function readTime(text: string): string | null {
  const plain = text.trim().toLowerCase().replace(/\s+/gu, '');
  if (plain === 'midday' || plain === 'noon') return '12:00';
  if (plain === 'midnight') return '00:00';
  const parts = /^(\d{1,2})(?:[:.](\d{2}))?(am|pm|noon)?$/u.exec(plain);
  if (!parts) return null;
  const [, hours, minutes = '00', half] = parts;
  let hour = Number(hours);
  if (half && (hour < 1 || hour > 12)) return null;
  // A bare 5 could be either half of the day.
  if (!half && parts[2] === undefined) return null;
  if (half === 'am' && hour === 12) hour = 0;
  if (half === 'pm' && hour < 12) hour += 12;
  if (hour > 23 || Number(minutes) > 59) return null;
  return `${String(hour).padStart(2, '0')}:${minutes}`;
}
