/** The filter fields of the page and their values. */

import { severities } from '../../../lambda/firewall/rating/severity.ts';
import { listServiceNames } from '../../../lambda/firewall/wording/service-names.ts';
import { placeSeparator } from '../data/label-region.ts';
import { type Filter, noFilter, parseInstant } from '../question/filter.ts';
import { byId, field, h } from './element.ts';
import { report } from './page-data.ts';

const texts = ['port', 'address', 'instance', 'region'] as const;
const instants = ['at', 'from', 'until'] as const;

/** Lengths of the span buttons, in days. */
const presets: readonly [name: string, days: number][] = [
  ['Last 24 hours', 1],
  ['Last 7 days', 7],
  ['Last 30 days', 30],
];
const dayMs = 86_400_000;
/** The page is updated this time after the last key press, so that typing is not interrupted. */
const typingPauseMs = 150;

/** Calls `onChange` with the filter after each change of a field, and after each press of a button. */
export function initFilterBar(onChange: (filter: Filter) => void): void {
  const places = report.instances.map(({ region }) => region);
  const accounts = places.flatMap((place) =>
    place.includes(placeSeparator) ? place.slice(0, place.lastIndexOf(placeSeparator)) : [],
  );
  const label = document.querySelector('label[for=f-region]');
  if (accounts.length > 0 && label !== null) label.textContent = 'Account or region';
  const regions = [...new Set([...accounts, ...places])].sort();
  byId('f-region').append(...regions.map((region) => h('option', { value: region }, region)));
  byId('services').append(...[...new Set(listServiceNames())].map((name) => h('option', { value: name })));
  byId('spans').append(...listButtons(onChange));
  let timer = 0;
  byId('filter').addEventListener('input', () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => onChange(readFields()), typingPauseMs);
  });
  byId('filter').addEventListener('submit', (event) => {
    event.preventDefault();
    onChange(readFields());
  });
}

function listButtons(onChange: (filter: Filter) => void): HTMLElement[] {
  const longest = report.until - report.from;
  const fitting = presets.filter(([, days]) => days * dayMs < longest);
  const press = (change: Partial<Filter>) => onChange({ ...readFields(), at: null, ...change });
  return [
    button('Whole report', 'all', () => press({ from: null, until: null })),
    ...fitting.map(([name, days]) => button(name, String(days), () => press({ from: startOf(days), until: null }))),
    button('Clear all', 'clear', () => onChange(noFilter)),
  ];
}

/**
 * Returns the start of a span of `days` days that ends with the report, in milliseconds. Rounded down to a minute, because the fields have
 * minutes.
 */
const startOf = (days: number) => Math.floor((report.until - days * dayMs) / 60_000) * 60_000;

function button(name: string, preset: string, press: () => void): HTMLElement {
  const made = h('button', { type: 'button', 'data-preset': preset }, name);
  made.addEventListener('click', press);
  return made;
}

function readFields(): Filter {
  const filter = { ...noFilter };
  for (const name of texts) filter[name] = field(`f-${name}`).value.trim();
  for (const name of instants) filter[name] = parseInstant(field(`f-${name}`).value);
  filter.severity = severities.find((severity) => severity === field('f-severity').value) ?? '';
  return filter;
}

/** Sets only the fields whose value differs, so that the cursor stays in place. */
export function showFilter(filter: Filter, problems: Partial<Record<keyof Filter, string>>): void {
  for (const name of [...texts, ...instants, 'severity'] as const) {
    const value = filter[name];
    const text = typeof value === 'number' ? toFieldInstant(value) : (value ?? '');
    const element = field(`f-${name}`);
    if (element.value.trim() !== text) element.value = text;
    element.closest('p')?.classList.toggle('filled', text !== '');
    if (problems[name] === undefined) element.removeAttribute('aria-invalid');
    else element.setAttribute('aria-invalid', 'true');
  }
  for (const each of byId('spans').querySelectorAll('button'))
    each.setAttribute('aria-pressed', String(isPressed(each, filter)));
  byId('spans').querySelector('[data-preset=clear]')?.removeAttribute('aria-pressed');
}

const toFieldInstant = (ms: number) => new Date(ms).toISOString().slice(0, 16);

function isPressed({ dataset }: HTMLElement, { from, until, at }: Filter): boolean {
  if (at !== null || until !== null) return false;
  return dataset['preset'] === 'all' ? from === null : from === startOf(Number(dataset['preset']));
}
