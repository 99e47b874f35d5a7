/** Entries as a scan writes them, for the tests of the alerts. */

import type { DigestContext } from '../../lambda/alerts/build-digest.ts';
import { type DecidedAlert, decideAlerts } from '../../lambda/alerts/decide-alerts.ts';
import type { Alert } from '../../lambda/contract/json-event.ts';
import {
  compareFirewalls,
  defaultRatingPolicy,
  exposureOf,
  type PortState,
  rateChange,
} from '../../lambda/firewall/index.ts';
import { blankEntry } from '../../lambda/history/blank-entry.ts';
import type { HistoryEntry, InstanceFacts } from '../../lambda/history/entry.ts';

export const account = '123456789012';
export const tableName = 'Portwatch-SnapshotTable';

export const context: DigestContext = {
  account,
  name: 'prod',
  scannedAt: '2026-11-23T10:05:02.120Z',
  ...defaultRatingPolicy,
  coverage: { instancesListed: 43, instancesRead: 41, regionsListed: 16, regionsSkipped: ['ap-east-1'] },
  tableName,
};

export const instance: InstanceFacts = {
  arn: 'arn:aws:lightsail:eu-west-1:123456789012:Instance/244ad76f-8aad-4741-809f-12345EXAMPLE',
  publicIpAddress: '203.0.113.10',
  ipv6Addresses: [],
  ipAddressType: 'dualstack',
  blueprintId: 'ubuntu_24_04',
};

export function rule(protocol: string, port: number, cidrs: string[], ipv6Cidrs: string[] = []): PortState {
  return { fromPort: port, toPort: port, protocol, state: 'open', cidrs, ipv6Cidrs, cidrListAliases: [] };
}

export const http = rule('tcp', 80, ['0.0.0.0/0'], ['::/0']);
export const sshToWorld = rule('tcp', 22, ['0.0.0.0/0'], ['::/0']);
export const sshToOffice = rule('tcp', 22, ['198.51.100.0/24'], ['2001:db8::/32']);

export function buildEntry(fields: Partial<HistoryEntry> = {}): HistoryEntry {
  return blankEntry({
    resource: { account, region: 'eu-west-1', instanceName: 'web-1' },
    at: '2026-11-23T10:05:02.120Z',
    version: 2,
    kind: 'changed',
    instance,
    changedAfter: '2026-11-23T10:00:03.001Z',
    changedBefore: '2026-11-23T10:05:02.120Z',
    algoVersion: 1,
    commitId: 'commit-1',
    ...fields,
  });
}

/** An entry about a change from one set of rules to another. */
export function buildChange(
  before: PortState[],
  after: PortState[],
  fields: Partial<HistoryEntry> = {},
  ipAddressTypeBefore = instance.ipAddressType,
): HistoryEntry {
  const now = fields.instance ?? instance;
  const old = { rules: before, ipAddressType: ipAddressTypeBefore };
  const next = { rules: after, ipAddressType: now.ipAddressType };
  const { verdict, opened, closed, dormant, notes } = compareFirewalls(old, next);
  const exposures = { before: exposureOf(old).reach, after: exposureOf(next).reach };
  const rating = rateChange({ opened, closed, notes, ...exposures }, defaultRatingPolicy);
  return buildEntry({ kind: 'changed', rules: after, verdict, opened, closed, dormant, notes, ...rating, ...fields });
}

export function buildRegionEntry(region: string, fields: Partial<HistoryEntry> = {}): HistoryEntry {
  const resource = { account, region, instanceName: null };
  return buildEntry({ resource, instance: null, version: 1, changedAfter: null, ...fields });
}

/** The addresses of the instance do not change, unless a test builds the firewall itself. */
export function alertsOf(entry: HistoryEntry, rulesBefore: PortState[] | null = null): DecidedAlert[] {
  const ipAddressType = entry.instance?.ipAddressType;
  return decideAlerts(entry, rulesBefore && { rules: rulesBefore, ipAddressType }, { tableName });
}

export function changeAlert(before: PortState[], after: PortState[], fields: Partial<HistoryEntry> = {}): DecidedAlert {
  const [alert] = alertsOf(buildChange(before, after, fields), before);
  if (alert === undefined) throw new Error('the change raises no alert');
  return alert;
}

/** The alert in the form of the JSON event. */
export function toJsonAlert({ openBefore: _, ...alert }: DecidedAlert): Alert {
  return alert;
}
