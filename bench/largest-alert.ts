/**
 * Measures the CPU time to compute an alert for the largest firewall that Lightsail allows: 60 rules with 60 IPv4 and 60 IPv6 sources each.
 * The firewalls before and after the change have no rule in common. `bench/diff.ts` prints the result.
 */
import { decideAlerts } from '../lambda/alerts/decide-alerts.ts';
import { planMessages } from '../lambda/alerts/plan-messages.ts';
import { renderSlackDigest } from '../lambda/alerts/slack-digest-message.ts';
import {
  compareFirewalls,
  defaultRatingPolicy,
  describeReach,
  exposureOf,
  type Firewall,
  rankOpened,
  rateChange,
} from '../lambda/firewall/index.ts';
import { blankEntry } from '../lambda/history/blank-entry.ts';
import type { HistoryEntry } from '../lambda/history/entry.ts';
import { median } from './median.ts';

interface Measurement {
  name: string;
  /** CPU milliseconds; `null`: no target. */
  targetMs: number | null;
  ms: number;
}

const account = '123456789012';
const at = '2026-11-23T10:05:02.120Z';

/** `draw(seed)` returns a generator of whole numbers below its argument. The same seed gives the same numbers. */
export function measureLargestAlert(draw: (seed: number) => (limit: number) => number): Measurement[] {
  const [before, after] = [buildLargest(draw(1)), buildLargest(draw(2))];
  const change = compareFirewalls(before, after);
  const exposures = { before: exposureOf(before).reach, after: exposureOf(after).reach };
  const ranking = rankOpened({ ...change, after: exposures.after }, defaultRatingPolicy);
  const rate = () => rateChange({ ...change, ...exposures }, defaultRatingPolicy);
  const resource = { account, region: 'eu-west-1', instanceName: 'web-1' };
  const made = { resource, at, version: 2, kind: 'changed', commitId: 'commit-1' } as const;
  const entry = blankEntry({ ...made, instance, rules: [...after.rules], ...change, ...rate() });
  return [
    { name: 'compare', targetMs: null, ms: cpuMs(() => compareFirewalls(before, after)) },
    { name: 'rate', targetMs: null, ms: cpuMs(rate) },
    {
      name: 'describe',
      targetMs: null,
      ms: cpuMs(() => describeReach(change.opened, ranking, { background: exposures.before })),
    },
    { name: 'the alert, all channels', targetMs: 150, ms: cpuMs(() => renderAlert(entry, before)) },
  ];
}

function renderAlert(entry: HistoryEntry, before: Firewall): void {
  const coverage = { instancesListed: 1, instancesRead: 1, regionsListed: 1, regionsSkipped: [] };
  const context = { account, name: 'prod', scannedAt: at, ...defaultRatingPolicy, coverage, tableName: 'Portwatch' };
  const alerts = decideAlerts(entry, before, context);
  for (const { digest } of planMessages([alerts], context, 'digest-1')) renderSlackDigest(digest);
}

const instance = {
  arn: `arn:aws:lightsail:eu-west-1:${account}:Instance/1`,
  publicIpAddress: '203.0.113.10',
  ipv6Addresses: [],
  ipAddressType: 'dualstack',
  blueprintId: 'ubuntu_24_04',
};

function buildLargest(draw: (limit: number) => number): Firewall {
  const group = () => draw(65_536).toString(16);
  const rules = Array.from({ length: 60 }, (_, index) => {
    const port = 1_000 * index + draw(1_000);
    const cidrs = Array.from({ length: 60 }, () => `${1 + draw(222)}.${draw(256)}.${draw(256)}.${draw(256)}/32`);
    const ipv6Cidrs = Array.from({ length: 60 }, () => `2001:db8:${group()}:${group()}::${group()}/128`);
    const protocol = draw(2) === 0 ? 'tcp' : 'udp';
    return { fromPort: port, toPort: port, protocol, state: 'open', cidrs, ipv6Cidrs, cidrListAliases: [] };
  });
  return { rules, ipAddressType: 'dualstack' };
}

function cpuMs(action: () => void): number {
  const times = Array.from({ length: 7 }, () => {
    const from = process.cpuUsage();
    action();
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1_000;
  });
  return median(times);
}
