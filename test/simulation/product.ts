/** The simulated product: the original source, or a copy of it with a deliberate bug. */

import { findOpenSpans } from '../../cli/questions/certainty-of-open-ports.ts';
import { exposureSpans } from '../../cli/questions/exposure-spans.ts';
import { fleetStatus } from '../../cli/questions/fleet-status.ts';
import { stateAt } from '../../cli/questions/state-at.ts';
import { buildTimeline } from '../../cli/questions/timeline.ts';
import { ReadError } from '../../lambda/history/read-errors.ts';
import { endPassBefore } from '../../lambda/pass/end-pass.ts';
import { runCollector } from '../../lambda/pass/run-collector.ts';
import { scanAccount } from '../../lambda/pass/scan-account.ts';
import { startPass } from '../../lambda/pass/start-pass.ts';
import { runEventScan } from '../../lambda/scan/event-scan.ts';
import { runFullScan } from '../../lambda/scan/full-scan.ts';

export interface Product {
  runFullScan: typeof runFullScan;
  runEventScan: typeof runEventScan;
  startPass: typeof startPass;
  scanAccount: typeof scanAccount;
  runCollector: typeof runCollector;
  endPassBefore: typeof endPassBefore;
  ReadError: typeof ReadError;
  /** The functions that answer questions from the history, at the end of each scan and of a run. */
  buildTimeline: typeof buildTimeline;
  stateAt: typeof stateAt;
  exposureSpans: typeof exposureSpans;
  findOpenSpans: typeof findOpenSpans;
  fleetStatus: typeof fleetStatus;
}

export const portwatch: Product = {
  runFullScan,
  runEventScan,
  startPass,
  scanAccount,
  runCollector,
  endPassBefore,
  ReadError,
  buildTimeline,
  stateAt,
  exposureSpans,
  findOpenSpans,
  fleetStatus,
};
