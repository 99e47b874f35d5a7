import { Temporal } from 'temporal-polyfill';
import { renderPlain } from '../../lambda/alerts/escape.ts';
import { CommandError } from '../command-error.ts';

/** A time zone that Temporal knows: an IANA name, `UTC`, or an offset such as `+01:00`. */
export interface Zone {
  id: string;
}

/** `--utc` and `--zone`. */
export interface ZoneOptions {
  utc?: boolean;
  zone?: Zone;
}

export const utc: Zone = { id: 'UTC' };

/**
 * Without `--utc` and `--zone`, returns the local zone. In that case, throws CommandError if the variable `TZ` is set and names no known
 * zone.
 */
export function chooseZone({ utc: isUtc, zone }: ZoneOptions): Zone {
  if (isUtc) return utc;
  return zone ?? decideLocalZone(process.env['TZ'], new Intl.DateTimeFormat().resolvedOptions().timeZone);
}

/**
 * `tz` is the variable `TZ`: `undefined` means the zone of this machine, an empty text means UTC. `resolved` is the zone that Node uses.
 * Throws CommandError for a `tz` that Node does not understand, such as `JST-9`: Node would silently use UTC, and times would be wrong by
 * hours.
 */
export function decideLocalZone(tz: string | undefined, resolved: string | undefined): Zone {
  const name = (tz ?? '').replace(/^:/, '').trim();
  const found = findIdentifier(resolved ?? '');
  if (name === '') return found ?? utc;
  // `GMT-2` is two hours ahead of UTC for every other program, and two hours behind for Node's Intl, so an offset is refused.
  if (found !== null && found.id !== utc.id && !/^[+-]/.test(found.id)) return found;
  const named = findZone(name.replace(/^.*\/zoneinfo\//, ''));
  if (named !== null && !/^[+-]/.test(name)) return named;
  if (/^(utc?|uct|gmt|zulu|universal|greenwich)[+-]?0?$/i.test(name)) return utc;
  throw new CommandError(
    `The time zone of the variable TZ, ${renderPlain(JSON.stringify(name), 100)}, is not known here; set TZ to a name such as Europe/Berlin, or give --utc or --zone.`,
  );
}

/**
 * Accepts `UTC`, `GMT`, `Z`, an offset, or an IANA name in any letter case. Returns `null` for any other text, also for an abbreviation
 * (EST, IST, CET, …). An abbreviation means different zones in different countries. IANA defines some abbreviations as fixed offsets,
 * without daylight saving time.
 */
export function findZone(name: string): Zone | null {
  const bare = name.replace(/^\[(.*)\]$/, '$1');
  if (/^(z|utc|gmt|etc\/(utc|gmt))$/i.test(bare)) return utc;
  const offset = /^([+-])(\d{2}):?(\d{2})?$/.exec(bare);
  if (offset === null && !bare.includes('/')) return null;
  return findIdentifier(offset === null ? bare : `${offset[1]}${offset[2]}:${offset[3] ?? '00'}`);
}

function findIdentifier(id: string): Zone | null {
  try {
    return { id: Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(id).timeZoneId };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
