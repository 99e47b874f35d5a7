/** Checks spans (P6): a history that is cut into spans gives, for each instant, the same answer as a query for that instant alone. */
import type { HistorySlice } from '../../cli/questions/history-slice.ts';
import { resourceKey } from '../../lambda/history/resource-key.ts';
import type { Product } from './product.ts';
import { mustBe } from './violation.ts';

export function checkSpans(history: HistorySlice, { exposureSpans, stateAt, buildTimeline }: Product): void {
  const [first, last] = [history.entries[0], history.entries.at(-1)];
  if (!first || !last) return;
  const span = { from: shift(first.at, -60_000), until: shift(last.at, 60_000) };
  const timeline = buildTimeline(history);
  let until = span.from;
  for (const one of exposureSpans(history, span)) {
    const name = () => `${resourceKey(history.resource)} from ${one.from} until ${one.until}`;
    mustBe(one.from === until && one.until > one.from, 'P6', () => `${name()} does not continue at ${until}`);
    until = one.until;
    for (const at of [one.from, shift(one.until, -1)]) {
      const { status, exposure, entry, either } = stateAt(history, at, timeline);
      const certainty = status === 'unknown' || either.length === 0 ? status : 'either';
      const kind = status === 'not-seen-yet' && exposure === null ? 'not-watched' : certainty;
      const isSame = kind === one.kind && entry === one.entry && either.length === one.either.length;
      mustBe(isSame, 'P6', () => `${name()} is ${one.kind}, and at ${at} it is ${kind}`);
    }
  }
  mustBe(until === span.until, 'P6', () => `${resourceKey(history.resource)}: its spans end at ${until}`);
}

function shift(instant: string, ms: number): string {
  return new Date(Date.parse(instant) + ms).toISOString();
}
