/**
 * Parses instants as people write them. A text that can mean two instants, or none, is an error with an example of a valid text.
 * Temporal handles calendars and zones; this file handles words and their order.
 */
import { Temporal } from 'temporal-polyfill';
import { CommandError } from '../command-error.ts';
import { monthNumber } from './month-number.ts';
import { findZone, type Zone } from './zone.ts';

export interface TimeContext {
  /** Milliseconds since the epoch. */
  now: number;
  /** The zone for a text that names no zone. */
  zone: Zone;
}

const timeExamples = '2026-11-20, "2026-11-20 14:00", 2026-11-20T14:00:00Z, "yesterday 14:00", "2h ago" or 7d';

/**
 * Returns ISO-8601 UTC with milliseconds. For a date without a time, returns the start of the day. Throws CommandError for an invalid text.
 * `what`: the name of the time in error messages.
 */
export function parseTime(text: string, what: string, context: TimeContext): string {
  return new Date(parseText(text, what, context).from).toISOString();
}

/**
 * Parses the end of a span. For a date without a time, returns the last millisecond of the day, or the present time if the day is today.
 */
export function parseEnd(text: string, what: string, context: TimeContext): string {
  const { from, until } = parseText(text, what, context);
  return new Date(from <= context.now ? Math.min(until, Math.max(from, context.now)) : until).toISOString();
}

/**
 * Parses the end of a span that can be in the future. For a date without a time, returns the last millisecond of the day, also for today.
 */
export function parseLastMillisecond(text: string, what: string, context: TimeContext): string {
  return new Date(parseText(text, what, context).until).toISOString();
}

/** The first and the last millisecond that a text can mean. They are equal, except for a date without a time. */
interface Meant {
  from: number;
  until: number;
}

function parseText(text: string, what: string, context: TimeContext): Meant {
  const words = text.trim().replaceAll(/\s+/g, ' ');
  const meant = parseEpoch(words) ?? parseAgo(words, what, context) ?? parseMoment(words, text, what, context);
  if (meant.from < 0 || meant.from > Date.UTC(9999, 11, 31))
    throw refuse(text, what, 'is outside the years 1970 to 9999');
  return meant;
}

const instantOf = (ms: number): Meant => ({ from: ms, until: ms });

/**
 * Seconds since 1970 with 9 or 10 digits, as `date +%s` prints them, or milliseconds with 12 or 13. Eight digits could be a date: 20261120.
 */
function parseEpoch(words: string): Meant | null {
  const found = /^@?(\d{9,10})(?:\.(\d{1,9}))?$/.exec(words);
  if (found !== null) return instantOf(Number(found[1]) * 1000 + Number((found[2] ?? '').padEnd(3, '0').slice(0, 3)));
  return /^@?\d{12,13}$/.test(words) ? instantOf(Number(words.replace('@', ''))) : null;
}

const unitNames: readonly [RegExp, number][] = [
  [/^s(ec(ond)?s?)?$/, 1_000],
  [/^m(in(ute)?s?)?$/, 60_000],
  [/^h((ou)?rs?)?$/, 3_600_000],
  [/^d(ays?)?$/, 86_400_000],
  [/^w(eeks?)?$/, 7 * 86_400_000],
];

/** Parses `now`, or a duration before now: `7d`, `90 minutes ago`. A day is always 24 hours. Returns `null` for any other text. */
function parseAgo(words: string, what: string, { now }: TimeContext): Meant | null {
  if (words.toLowerCase() === 'now') return instantOf(now);
  const found = /^(\d+) ?([a-z]+)(?: ago)?$/i.exec(words);
  if (found === null) return null;
  const [, count = '', unit = ''] = found;
  const ms = unitNames.find(([name]) => name.test(unit.toLowerCase()))?.[1];
  if (ms === undefined) return null;
  const epochMs = now - Number(count) * ms;
  if (epochMs < 0) throw refuse(words, what, 'is outside the years 1970 to 9999');
  return instantOf(epochMs);
}

interface Written {
  date: Temporal.PlainDate;
  time: string | undefined;
  zone: string | undefined;
}

const isoDay = String.raw`(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})`;
const clock = String.raw`(?<time>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)`;
const zone = String.raw`(?: ?(?<zone>[a-z][\w+-]*(?:/[\w+-]+)*|[+-]\d{2}(?::?\d{2})?|\[[\w/+-]+\]))?`;
const monthName = String.raw`(?<month>[a-z]{3,9})\.?`;

/** Each form has the year first, or the month as a word, because digits alone, such as 11/12/2026, are ambiguous. */
const forms: readonly RegExp[] = [
  new RegExp(`^${isoDay}(?:T| |, ?)${clock}${zone}$`, 'i'),
  new RegExp(`^${isoDay}${zone}$`, 'i'),
  // `today` before or after the time: two forms, because Node 22 refuses repeated group names.
  new RegExp(`^(?<word>today|yesterday)(?:,? (?:at )?${clock})?${zone}$`, 'i'),
  new RegExp(`^${clock}${zone}(?:,? (?:on )?(?<word>today|yesterday))?$`, 'i'),
  // The form in alerts: 10:05:02 UTC, 23 November 2026.
  new RegExp(String.raw`^${clock}${zone},? (?:on )?(?<day>\d{1,2}) ${monthName},? (?<year>\d{4})$`, 'i'),
  new RegExp(String.raw`^(?<day>\d{1,2}) ${monthName},? (?<year>\d{4})(?:,? (?:at )?${clock})?${zone}$`, 'i'),
];

function parseMoment(words: string, text: string, what: string, context: TimeContext): Meant {
  for (const form of forms) {
    const { groups } = form.exec(words) ?? {};
    if (groups === undefined) continue;
    const date = readDate(groups, context);
    if (date === null) throw refuse(text, what, 'is not a day of the calendar');
    return toInstant({ date, time: groups['time'], zone: groups['zone'] }, text, what, context);
  }
  const hint = /^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b/.test(words)
    ? ', because day and month look alike (write the year first)'
    : '';
  throw refuse(text, what, `is not understood${hint}`);
}

function readDate(
  groups: Record<string, string | undefined>,
  { now, zone: own }: TimeContext,
): Temporal.PlainDate | null {
  const { year, month, day, word, zone: named } = groups;
  if (year !== undefined && month !== undefined && day !== undefined) {
    const number = /^\d+$/.test(month) ? Number(month) : monthNumber(month);
    try {
      return number === null
        ? null
        : Temporal.PlainDate.from({ year: Number(year), month: number, day: Number(day) }, { overflow: 'reject' });
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }
  const zoneHere = (named === undefined ? null : findZone(named)) ?? own;
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zoneHere.id).toPlainDate();
  return word?.toLowerCase() === 'yesterday' ? today.subtract({ days: 1 }) : today;
}

function toInstant({ date, time, zone: named }: Written, text: string, what: string, context: TimeContext): Meant {
  const where = named === undefined ? context.zone : findZone(named);
  if (where === null)
    throw refuse(text, what, `has an unknown time zone (${named}); write UTC, +01:00 or a name such as Europe/Berlin`);
  const plain = readClock(date, time);
  if (plain === null) throw refuse(text, what, 'has no valid time of the day');
  // The first moment of a day is not 00:00 in zones that change their clocks at midnight.
  const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime(where.id).epochMilliseconds;
  if (time === undefined) return { from: startOf(date), until: startOf(date.add({ days: 1 })) - 1 };
  const earlier = plain.toZonedDateTime(where.id, { disambiguation: 'earlier' });
  const later = plain.toZonedDateTime(where.id, { disambiguation: 'later' });
  if (earlier.epochMilliseconds === later.epochMilliseconds) return instantOf(earlier.epochMilliseconds);
  if (!later.toPlainDateTime().equals(plain))
    throw refuse(text, what, `does not exist in ${where.id}: the clocks went forward then`);
  throw refuse(
    text,
    what,
    `happened twice in ${where.id}: the clocks went back then; add ${earlier.offset} or ${later.offset}`,
  );
}

function readClock(date: Temporal.PlainDate, time = '00:00'): Temporal.PlainDateTime | null {
  const [hour = '', minute = '', second = '0', fraction = ''] = time.split(/[:.,]/);
  const fields = { hour: Number(hour), minute: Number(minute), second: Number(second) };
  const millisecond = Number(fraction.padEnd(3, '0').slice(0, 3));
  if (fields.hour > 23 || fields.minute > 59 || fields.second > 59) return null;
  return date.toPlainDateTime({ ...fields, millisecond });
}

function refuse(text: string, what: string, why: string): CommandError {
  return new CommandError(`The ${what} "${text}" ${why}; expected a time such as ${timeExamples}.`);
}
