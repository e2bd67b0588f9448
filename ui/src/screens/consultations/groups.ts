// Calls under the headings of the list: this week, then by month of closing.
import type { CallRow } from '../../ipc/generated';
import { daysBetween, monthName, yearOf } from '../../words/dates';
import { m } from '../../words/m';

/** Calls under one heading. */
export interface Group {
  readonly heading: string;
  readonly rows: CallRow[];
}

/** Groups rows that are sorted by closing time. */
export function grouped(rows: readonly CallRow[], today: string): Group[] {
  const groups: Group[] = [];
  for (const row of rows) {
    const heading = headingOf(row, today);
    const last = groups.at(-1);
    if (last && last.heading === heading) last.rows.push(row);
    else groups.push({ heading, rows: [row] });
  }
  return groups;
}

function headingOf(row: CallRow, today: string): string {
  if (!row.closes) return m.consultations_no_date();
  const days = row.daysLeft ?? daysBetween(today, row.closes.date);
  if (days >= 0 && days < 7) return m.consultations_this_week();
  const month = monthName(row.closes.date);
  // A month of the next half year needs no year beside it.
  return Math.abs(days) < 180 ? month : `${month} ${yearOf(row.closes.date)}`;
}
