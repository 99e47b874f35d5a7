/** What is simulated: the product as it stands, or a copy of it with a deliberate bug. */
import { exposureSpans } from '../../lambda/history/exposure-spans.ts';
import { stateAt } from '../../lambda/history/state-at.ts';
import { buildTimeline } from '../../lambda/history/timeline.ts';
import { ReadError } from '../../lambda/scan/roles.ts';
import { scanFleet } from '../../lambda/scan/scan-fleet.ts';
import { scanNamed } from '../../lambda/scan/scan-named.ts';

export interface Product {
  scanFleet: typeof scanFleet;
  scanNamed: typeof scanNamed;
  ReadError: typeof ReadError;
  /** What is asked of the history when all is over. */
  buildTimeline: typeof buildTimeline;
  stateAt: typeof stateAt;
  exposureSpans: typeof exposureSpans;
}

export const portwatch: Product = { scanFleet, scanNamed, ReadError, buildTimeline, stateAt, exposureSpans };
