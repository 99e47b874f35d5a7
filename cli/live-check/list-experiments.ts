/** The experiments of the live check: one for each point that AWS does not document. */
import { recordExperiments } from './experiments/cloudtrail-records.ts';
import type { Experiment } from './experiments/experiment.ts';
import { firewallCallExperiments } from './experiments/firewall-calls.ts';
import { answerExperiments } from './experiments/form-of-answers.ts';
import { missingSourceExperiments } from './experiments/missing-sources.ts';

/** The experiments about records come last, because CloudTrail shows the records some minutes after the last call. */
export const experiments: readonly Experiment[] = [
  ...missingSourceExperiments,
  ...firewallCallExperiments,
  ...answerExperiments,
  ...recordExperiments,
];

/** Points without an experiment, and why. */
export const notTried: readonly string[] = [
  "Lightsail's rate limits: finding them would throttle the account.",
  'How the console is recognised in a record (decision D30): change a firewall in the console, and read the record in CloudTrail.',
  'The form of a forwarded event (decision D32): it needs a trail and a forwarding stack in a second region.',
];
