import * as z from 'zod';
import type { RequiredAlert } from './watched-fleets.ts';

const alertSchema = z.object({
  alertId: z.string(),
  kind: z.string(),
  severity: z.string(),
  account: z.string(),
  region: z.string(),
  instance: z.object({ name: z.string(), arn: z.string() }).nullable(),
  opened: z.array(z.object({ from: z.number() })).nullable(),
});

type PublishedAlert = z.output<typeof alertSchema>;

const digestSchema = z.object({
  schema: z.literal('portwatch.digest/2'),
  alerts: z.array(alertSchema),
  /** If a digest has too many alerts, the less severe alerts are not in `alerts`; `counted` has their number. */
  counted: z.array(z.object({ kind: z.string(), count: z.number() })).optional(),
});

/** By kind of alert: the number of alerts that the digests count and do not contain. */
export function sumCounted(digests: readonly string[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const digest of digests) {
    for (const { kind, count } of digestSchema.parse(JSON.parse(digest)).counted ?? [])
      sums.set(kind, (sums.get(kind) ?? 0) + count);
  }
  return sums;
}

/** `digest`: the JSON of a published digest. Throws for any other JSON event. */
export function parsePublished(digest: string): PublishedAlert[] {
  return digestSchema.parse(JSON.parse(digest)).alerts;
}

export interface Comparison {
  /** Changes without an alert. A change whose alert is only counted in a digest is not lost. */
  lost: string[];
  counted: number;
  /** Alerts about a change that was not made, or with a wrong account. */
  falseAlerts: string[];
  /** Accounts without an alert about the start of monitoring. */
  notStarted: string[];
  /** Alerts that were published more than once. */
  repeated: PublishedAlert[];
  published: number;
}

export function compareAlerts(
  published: readonly PublishedAlert[],
  required: readonly RequiredAlert[],
  accounts: readonly string[],
  counted: ReadonlyMap<string, number>,
): Comparison {
  const wanted = new Set(required.map(describeRequired));
  const found = new Set<string>();
  const falseAlerts: string[] = [];
  const started = new Set<string>();
  const ids = new Set<string>();
  const repeated: PublishedAlert[] = [];
  for (const alert of published) {
    if (ids.has(alert.alertId)) repeated.push(alert);
    ids.add(alert.alertId);
    if (alert.kind === 'monitoring-started') {
      started.add(alert.account);
      continue;
    }
    const claims = describePublished(alert);
    const isTrue = claims.length > 0 && claims.every((claim) => wanted.has(claim));
    const isOfAccount = alert.instance?.arn.split(':')[4] === alert.account;
    if (!isTrue || !isOfAccount) falseAlerts.push(`${alert.kind} ${alert.account} ${alert.instance?.name}`);
    for (const claim of claims) found.add(claim);
  }
  const left = new Map(counted);
  const missing = [...wanted].filter((claim) => !found.has(claim));
  const lost = missing.filter((claim) => {
    const kind = claim.split(' ')[3] ?? '';
    const count = left.get(kind) ?? 0;
    left.set(kind, count - 1);
    return count <= 0;
  });
  return {
    lost,
    counted: missing.length - lost.length,
    falseAlerts,
    notStarted: counted.has('monitoring-started') ? [] : accounts.filter((account) => !started.has(account)),
    repeated,
    published: published.length,
  };
}

function describeRequired({ account, region, name, kind, port }: RequiredAlert): string {
  return [account, region, name, kind, port ?? ''].join(' ');
}

/** Returns one text for each opened port, because one alert can be about two changes that one scan read. */
function describePublished({ account, region, instance, kind, opened }: PublishedAlert): string[] {
  const start = [account, region, instance?.name, kind].join(' ');
  if (kind !== 'firewall-changed') return [`${start} `];
  return (opened ?? []).map(({ from }) => `${start} ${from}`);
}
