/**
 * Cron expressions as the API server reads them (robfig/cron's standard parser) and ticks as the CronJob controller makes them: a local
 * time that a change of clocks skips has no tick, one that happens twice has two. Libraries differ in both.
 */

/** Values that fit, field by field. Days fit by either field when both are restricted, as cron has always had it. */
export interface Schedule {
  minutes: ReadonlySet<number>;
  hours: ReadonlySet<number>;
  daysOfMonth: ReadonlySet<number>;
  months: ReadonlySet<number>;
  daysOfWeek: ReadonlySet<number>;
  eitherDay: boolean;
}

export type ParsedSchedule = { schedule: Schedule; problem?: never } | { schedule?: never; problem: string };

interface Field {
  name: string;
  min: number;
  max: number;
  names?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fields = {
  minutes: { name: 'minute', min: 0, max: 59 },
  hours: { name: 'hour', min: 0, max: 23 },
  daysOfMonth: { name: 'day of month', min: 1, max: 31 },
  months: { name: 'month', min: 1, max: 12, names: months },
  daysOfWeek: { name: 'day of week', min: 0, max: 6, names: weekdays },
} satisfies Record<string, Field>;

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
/** The CronJob controller looks no further than this. */
const longestYears = 5;

export function parseSchedule(text: string): ParsedSchedule {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== 5 || /^(@|TZ=|CRON_TZ=)/.test(text.trim()))
    return { problem: `must have five fields (minute, hour, day of month, month, day of week), has '${text}'` };
  const values: Record<string, ReadonlySet<number>> = {};
  for (const [place, [key, field]] of Object.entries(fields).entries()) {
    const part = parts[place] ?? '';
    const parsed = parseField(part, field);
    if (parsed === null) return { problem: `must have ${allowed(field)} as ${field.name}, has '${part}'` };
    values[key] = parsed;
  }
  const eitherDay = ![parts[2], parts[4]].some(part => part?.split(',').some(isEverything));
  const schedule = { ...(values as unknown as Omit<Schedule, 'eitherDay'>), eitherDay };
  return firesEver(schedule) ? { schedule } : { problem: `never fires: '${text}' is no day of any year` };
}

const allowed = ({ min, max, names }: Field): string =>
  `numbers from ${min} to ${max}${names === undefined ? '' : ` or names like '${names[1]?.toUpperCase()}'`}, '*', ranges, lists or steps`;

/** `*` and `?`, also with a step of one. */
const isEverything = (part: string): boolean => /^[*?](-[^/]*)?(\/0*1)?$/.test(part);

function parseField(text: string, field: Field): Set<number> | null {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const range = parseRange(part, field);
    if (range === null) return null;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return values;
}

function parseRange(text: string, field: Field): { from: number; to: number; step: number } | null {
  const [span = '', stepText, ...more] = text.split('/');
  const [low = '', high, ...rest] = span.split('-');
  const step = stepText === undefined ? 1 : number(stepText);
  if (more.length > 0 || step === null || step === 0) return null;
  if (low === '*' || low === '?') return { from: field.min, to: field.max, step };
  const from = numberOrName(low, field);
  const open = stepText === undefined ? from : field.max; // "5/15" means "from 5 on"
  const to = high === undefined ? open : numberOrName(high, field);
  if (rest.length > 0 || from === null || to === null || from < field.min || to > field.max || from > to) return null;
  return { from, to, step };
}

const number = (text: string): number | null => (/^\d{1,9}$/.test(text) ? Number(text) : null);

function numberOrName(text: string, { names, min }: Field): number | null {
  const place = names?.indexOf(text.toLowerCase()) ?? -1;
  return place >= 0 ? place + min : number(text);
}

/** The calendar repeats after 28 years within a century. */
function firesEver(schedule: Schedule): boolean {
  const first = Date.UTC(2024, 0, 1);
  for (let day = 0; day < 366 * 28; day++) if (dayFits(schedule, first + day * dayMs)) return true;
  return false;
}

/** `midnight` is a calendar day, written as if it were UTC. */
function dayFits({ daysOfMonth, months: fitting, daysOfWeek, eitherDay }: Schedule, midnight: number): boolean {
  const date = new Date(midnight);
  if (!fitting.has(date.getUTCMonth() + 1)) return false;
  const byMonth = daysOfMonth.has(date.getUTCDate());
  const byWeek = daysOfWeek.has(date.getUTCDay());
  return eitherDay ? byMonth || byWeek : byMonth && byWeek;
}

/** The first tick after an instant; null where there is none within five years. */
export function nextTick(schedule: Schedule, timeZone: string, after: Date): Date | null {
  const offset = offsetIn(timeZone);
  const local = after.getTime() + offset(after.getTime());
  const firstDay = Math.floor(local / dayMs) * dayMs - dayMs; // clocks may go back over midnight
  for (let day = firstDay; day <= firstDay + longestYears * 366 * dayMs; day += dayMs) {
    if (!dayFits(schedule, day)) continue;
    const tick = firstOfDay(schedule, day, offset, after.getTime());
    if (tick !== null) return new Date(tick);
  }
  return null;
}

/** Ticks of one calendar day, by the offsets that hold around it: each local time may exist once, twice or not at all. */
function firstOfDay(
  { hours, minutes }: Schedule,
  day: number,
  offset: (instant: number) => number,
  after: number,
): number | null {
  const around = [...new Set([offset(day - dayMs), offset(day + 2 * dayMs)])];
  let first: number | null = null;
  for (const hour of hours) {
    for (const minute of minutes) {
      const local = day + (hour * 60 + minute) * minuteMs;
      for (const one of around) {
        const instant = local - one;
        const isEarlier = instant > after && (first === null || instant < first);
        if (isEarlier && (around.length === 1 || offset(instant) === one)) first = instant;
      }
    }
  }
  return first;
}

/** Milliseconds that local time is ahead of UTC at an instant. */
function offsetIn(timeZone: string): (instant: number) => number {
  const format = formatOf(timeZone);
  return instant => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than all that is asked of it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const numeric = 'numeric';
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  });
  formats.set(timeZone, made);
  return made;
}

/** Seconds between the two ticks that are closest to each other, in UTC and in a year of no account: it must never change. */
export function shortestPeriodSeconds(schedule: Schedule): number {
  let shortest = Number.POSITIVE_INFINITY;
  let last = nextTick(schedule, 'Etc/UTC', new Date(Date.UTC(2024, 0, 1)));
  for (let tick = 0; tick < 100 && last !== null; tick++) {
    const next = nextTick(schedule, 'Etc/UTC', last);
    if (next !== null) shortest = Math.min(shortest, (next.getTime() - last.getTime()) / 1000);
    last = next;
  }
  return shortest;
}

/** What is wrong with the name of a time zone; null if nothing. The API server minds upper and lower case. */
export function timeZoneProblem(name: string): string | null {
  const known = Intl.supportedValuesOf('timeZone').find(zone => zone.toLowerCase() === name.toLowerCase());
  if (known !== undefined && known !== name) return `did you mean '${known}'?`;
  if (!/^[A-Za-z]/.test(name) || name === 'Local') return "it must be a name like 'Europe/London'";
  try {
    formatOf(name);
    return null;
  } catch {
    return "it must be a name like 'Europe/London'";
  }
}
