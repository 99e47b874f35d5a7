/** The samples of the decision tables: two resources, a scan that starts at 10:15, and the scans before it. */
import type { AccountApprovals } from '../../../lambda/approvals/account-approvals.ts';
import { defaultSettings, type ScanSettings } from '../../../lambda/contract/settings-schema.ts';
import { blankEntry } from '../../../lambda/history/blank-entry.ts';
import type { Failure, HistoryEntry } from '../../../lambda/history/entry.ts';
import type { LatestState, OngoingFailure, StateCommit } from '../../../lambda/history/latest-state.ts';
import type { LastScan } from '../../../lambda/history/scan-note.ts';
import type { Decision, DecisionContext } from '../../../lambda/scan/decide/decision.ts';
import { someFacts, sshFromOffice } from '../samples.ts';

export const account = '111122223333';
export const region = 'eu-west-1';
export const web = { account, region, instanceName: 'web-1' };
export const wholeRegion = { account, region, instanceName: null };

/** An instant of the day of all samples: `at('10:15')`. */
export const at = (time: string) => `2026-11-23T${time}:00.000Z`;

/** One second after the start of the scan, which is scan 10. */
export const now = Date.parse('2026-11-23T10:15:01.000Z');

/** Scan 9 listed the region, and read every instance of it. */
export const lastScan: LastScan = { startedAt: at('10:10'), complete: true, regionsListed: [region], notRead: [] };

/** A gap is due after two scans. */
export function contextOf(last: LastScan | null = lastScan, settings: Partial<ScanSettings> = {}): DecisionContext {
  return {
    startedAt: at('10:15'),
    grant: { scanNumber: 10, lastScan: last },
    settings: { ...defaultSettings(), account, name: 'prod', tellGapAfterScans: 2, ...settings },
    newId: () => 'commit-1',
  };
}

/** A blank entry of `web-1` with these fields: `webEntry('10:15', { version: 4 })`. */
export function webEntry(time: string, fields: Partial<HistoryEntry> = {}): HistoryEntry {
  return blankEntry({ resource: web, at: at(time), version: 4, kind: 'changed', commitId: 'commit-1', ...fields });
}

export const noApprovals: AccountApprovals = { approvals: [], isComplete: true, unreadable: [] };

/** `web-1`, first listed at 08:00; its third entry of 09:00 holds its rules. */
export const knownInstance: LatestState = {
  resource: web,
  version: 3,
  recorded: 3,
  alerted: 3,
  status: 'known',
  instance: someFacts,
  rules: [sshFromOffice],
  rulesAt: at('09:00'),
  seenAt: at('08:59'),
  lastAt: at('09:00'),
  firstSeenAt: at('08:00'),
  failure: null,
  pending: null,
  baselinedAt: null,
};

/** The region of `web-1`, first listed at 08:00. */
export const knownRegion: LatestState = {
  ...knownInstance,
  resource: wholeRegion,
  version: 1,
  recorded: 1,
  alerted: 1,
  instance: null,
  rules: null,
  rulesAt: null,
  seenAt: at('07:59'),
  lastAt: at('08:00'),
  baselinedAt: at('08:00'),
};

/** A failure that scan 9 counted for the first time. The scan of 10:05 had confirmed the resource. */
export const counted: OngoingFailure = {
  reason: 'timeout',
  message: 'no answer',
  since: at('10:10'),
  sinceScan: 9,
  confirmedAt: at('10:05'),
  gapAt: null,
};

export const inGap: OngoingFailure = { ...counted, gapAt: at('10:11') };

const time = (instant: string | null) => instant?.slice(11, 19).replace(/:00$/, '') ?? 'none';

const toText = ({ reason, message, since }: Failure) => `${reason} (${message}) since ${time(since)}`;

function listFailure(failure: OngoingFailure | null): string[] {
  if (failure === null) return [];
  const { sinceScan, confirmedAt, gapAt } = failure;
  return [`counts ${toText(failure)}, scan ${sinceScan}; confirmed ${time(confirmedAt)}, gap ${time(gapAt)}`];
}

function describeState({ status, version, rulesAt, firstSeenAt, seenAt, baselinedAt }: StateCommit | LatestState) {
  const listed = baselinedAt === null ? '' : `, listed ${time(baselinedAt)}`;
  return `${status} ${version}, rules ${time(rulesAt)}, first ${time(firstSeenAt)}, seen ${time(seenAt)}${listed}`;
}

/** A decision in lines, with instants as hours and minutes: the entry, its rating, the latest state, the failures. */
export function describeDecision(decision: Decision): string[] {
  if (decision.kind === 'nothing') return ['nothing'];
  if (decision.kind === 'mark') {
    const { failure, seenAt } = decision;
    return failure === null ? [`mark: no failure, seen ${time(seenAt)}`] : ['mark', ...listFailure(failure)];
  }
  if (decision.kind === 'create') {
    return [`create: ${describeState(decision.latest)}`, ...listFailure(decision.latest.failure)];
  }
  const { commit, expected } = decision;
  const { kind, changedAfter, changedBefore, previousRulesAt, severity, reason, failure } = commit.pending;
  const entry = `${kind}, ${time(changedAfter)} to ${time(changedBefore)}, rules before ${time(previousRulesAt)}`;
  return [
    `commit after ${expected ?? 'none'}: ${entry}`,
    `${severity}: ${reason}`,
    describeState(commit),
    ...(failure === null ? [] : [`entry holds ${toText(failure)}`]),
    ...listFailure(commit.failure),
  ];
}

/** The region, whose listing failed in the last scan. */
export const regionWithFailure: LatestState = { ...knownRegion, failure: counted };

/** A region whose listing always failed: counted, and in a gap. */
export const neverListed: LatestState = {
  ...knownRegion,
  ...{ status: 'unknown', version: 0, lastAt: null, seenAt: null, firstSeenAt: at('10:10'), baselinedAt: null },
  failure: { ...counted, confirmedAt: null },
};
export const neverListedInGap: LatestState = {
  ...neverListed,
  version: 1,
  lastAt: at('10:11'),
  failure: { ...inGap, reason: 'region-not-enabled', confirmedAt: null },
};

/** A last scan that did not list the region. */
export const regionNotListed: LastScan = { ...lastScan, regionsListed: ['us-east-1'] };
