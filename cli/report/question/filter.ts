/** The filter of the page, and its form in the address after the `#`, so that a link keeps the filter. */
import { type Severity, severities } from '../../../lambda/firewall/rating/severity.ts';

export interface Filter {
  /** Part of a name, or a name with `*` and `?`. */
  instance: string;
  region: string;
  /** As typed: `22`, `ssh`, `udp 53`, `8000-9000`. */
  port: string;
  /** The minimum severity. */
  severity: Severity | '';
  /** An address or a CIDR. */
  address: string;
  /** Milliseconds since the epoch; `null`: the start or the end of the report. */
  from: number | null;
  until: number | null;
  /** One instant instead of a span. */
  at: number | null;
}

/** The change whose details are open. */
export interface OpenChange {
  region: string;
  name: string;
  at: number;
}

export interface Place {
  filter: Filter;
  change: OpenChange | null;
}

export const noFilter: Filter = {
  instance: '',
  region: '',
  port: '',
  severity: '',
  address: '',
  from: null,
  until: null,
  at: null,
};

/**
 * `hash`: with or without its `#`. Parts that are not understood are ignored, so that a link of an earlier version still opens the page.
 */
export function parsePlace(hash: string): Place {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const text = (name: string) => parameters.get(name)?.trim() ?? '';
  const instant = (name: string) => parseInstant(text(name));
  const severity = severities.find((each) => each === text('severity')) ?? '';
  // The name of an account can contain a slash, and stands in front of the region.
  const [, region, name, at] = /^(.*)\/([^/]*)\/([^/]*)$/.exec(text('change')) ?? [];
  const changeAt = parseInstant(at ?? '');
  return {
    filter: {
      instance: text('instance'),
      region: text('region'),
      port: text('port'),
      severity,
      address: text('address'),
      from: instant('from'),
      until: instant('until'),
      at: instant('at'),
    },
    change: region === undefined || name === undefined || changeAt === null ? null : { region, name, at: changeAt },
  };
}

/** Returns the text with its `#`; only `#` for an empty filter without an open change. `parsePlace` is the inverse. */
export function renderPlace({ filter, change }: Place): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (typeof value === 'number') parameters.set(name, renderInstant(value));
    else if (value !== '' && value !== null) parameters.set(name, value);
  }
  if (change !== null) parameters.set('change', `${change.region}/${change.name}/${renderInstant(change.at)}`);
  return `#${parameters}`;
}

/** Accepts a day, or a day with a time, in ISO-8601 and UTC; `Z` can be left out. `null`: not an instant. */
export function parseInstant(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z?)?$/.test(text)) return null;
  const ms = Date.parse(text.length > 10 && !text.endsWith('Z') ? `${text}Z` : text);
  return Number.isNaN(ms) ? null : ms;
}

/** The shortest exact form: `2026-11-12T14:00Z`. */
function renderInstant(ms: number): string {
  return new Date(ms).toISOString().replace(/(:00)?\.000Z$/, 'Z');
}
