/** The table of decisions about one instance: what is stored, what is observed, and the check of a row. */
import { expect, test } from '@jest/globals';
import type { ScanSettings } from '../../../lambda/contract/settings-schema.ts';
import type { LatestState, OngoingFailure } from '../../../lambda/history/latest-state.ts';
import type { LastScan } from '../../../lambda/history/scan-note.ts';
import { decideInstance, type KnownInstance, type Observation } from '../../../lambda/scan/decide/decide-instance.ts';
import { someFacts, sshFromAnywhere, sshFromOffice } from '../samples.ts';
import {
  at,
  contextOf,
  counted,
  describeDecision,
  inGap,
  knownInstance,
  knownRegion,
  lastScan,
  noApprovals,
  now,
  web,
  webEntry,
} from './samples.ts';

/** What the table holds before the observation, with the settings. The last scan read the instance, unless `last` says otherwise. */
interface Before extends Partial<KnownInstance> {
  last?: LastScan | null;
  settings?: Partial<ScanSettings>;
}

export const missed = { ...lastScan, notRead: ['eu-west-1#web-1'] };
export const notListed = { ...lastScan, regionsListed: [] };
export const nothingKnown: Before = { latest: null };
export const newRegion: Before = { latest: null, region: null, isRegionBaselined: false };
export const known: Before = { latest: knownInstance };
export const failing = { latest: { ...knownInstance, failure: counted }, last: missed };
export const gap = {
  latest: { ...knownInstance, status: 'unknown', version: 4, lastAt: at('10:11'), failure: inGap },
  last: missed,
} as const;
export const gone = { latest: { ...knownInstance, status: 'gone', seenAt: at('09:00') } } as const;
export const goneFailing = { latest: { ...gone.latest, failure: counted }, last: missed };
export const neverRead: LatestState = {
  ...knownInstance,
  status: 'unknown',
  version: 0,
  rules: null,
  rulesAt: null,
  seenAt: null,
  lastAt: null,
  firstSeenAt: at('10:10'),
  failure: { ...counted, confirmedAt: null },
};
export const neverReadInGap: LatestState = {
  ...neverRead,
  version: 1,
  lastAt: at('10:11'),
  failure: { ...inGap, confirmedAt: null },
};
export const unread: Before = { latest: neverRead, last: missed };
export const unreadInGap: Before = { latest: neverReadInGap, last: missed };
const earlier = webEntry('06:00', { version: 7, kind: 'gone', commitId: 'commit-0' });
export const earlierHistory: Before = { latest: null, newestEntry: earlier };
export const listedAt = (time: string) => ({ ...knownRegion, baselinedAt: at(time) });
export const failingRegion = (failure: OngoingFailure) => ({ ...knownRegion, failure });

export const read = (rules: object[], facts: object = {}): Observation => ({
  kind: 'read',
  instance: { ...someFacts, ...facts },
  rules,
});
export const failed = (
  reason: 'throttled' | 'access-denied' | 'out-of-time' | 'invalid-answer' = 'throttled',
): Observation => ({
  kind: 'failed',
  instance: someFacts,
  failure: { reason, message: 'a message' },
});
export const absent: Observation = { kind: 'absent' };
export const same = read([sshFromOffice]);
export const widened = read([sshFromAnywhere]);
export const narrowed = read([]);
export const rewritten = read([
  { ...sshFromOffice, cidrs: ['198.51.100.128/25'] },
  { ...sshFromOffice, cidrs: ['198.51.100.0/25'] },
]);
export const otherArn = 'arn:aws:lightsail:eu-west-1:111122223333:Instance/another';
export const expectedSsh = {
  expected: [{ instance: 'web-*', protocol: 'tcp', ports: { from: 22, to: 22 }, reason: 'audit' }],
};

function decide({ last = lastScan, settings = {}, ...before }: Before, observed: Observation) {
  const defaults = {
    resource: web,
    latest: null,
    newestEntry: null,
    region: knownRegion,
    isRegionBaselined: true,
    calls: [],
    approvals: noApprovals,
  };
  return decideInstance({ ...defaults, ...before }, observed, contextOf(last, settings), now);
}

/** A row of the table: `decided` as `describeDecision` writes it. */
export function decides(name: string, before: Before, observed: Observation, decided: readonly string[]): void {
  test(name, () => expect(describeDecision(decide(before, observed))).toEqual(decided));
}

export function decideCommit(before: Before, observed: Observation) {
  const decision = decide(before, observed);
  if (decision.kind !== 'commit') throw new Error(`got ${decision.kind}; expected a commit`);
  return decision.commit;
}
