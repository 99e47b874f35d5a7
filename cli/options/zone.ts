import { Temporal } from 'temporal-polyfill';

/** A time zone that Temporal knows: an IANA name, `UTC`, or an offset such as `+01:00`. */
export interface Zone {
  id: string;
}

export const utc: Zone = { id: 'UTC' };

/** The zone of this machine, or of `TZ`. */
export function localZone(): Zone {
  return { id: Temporal.Now.timeZoneId() };
}

/**
 * `UTC`, `GMT`, `Z`, an offset, an IANA name in any letter case. `null`: another text, or an abbreviation (EST, IST, CET, …): an abbreviation
 * means different zones in different countries, and IANA defines some abbreviations as fixed offsets, without daylight saving time.
 */
export function findZone(name: string): Zone | null {
  const bare = name.replace(/^\[(.*)\]$/, '$1');
  if (/^(z|utc|gmt|etc\/(utc|gmt))$/i.test(bare)) return utc;
  const offset = /^([+-])(\d{2}):?(\d{2})?$/.exec(bare);
  if (offset === null && !bare.includes('/')) return null;
  const id = offset === null ? bare : `${offset[1]}${offset[2]}:${offset[3] ?? '00'}`;
  try {
    return { id: Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(id).timeZoneId };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
