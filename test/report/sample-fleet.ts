/** A fleet of a few instances with every case of the report, as entries that the scan writes. */

import { chooseRatingSettings } from '../../cli/questions/choose-rating-settings.ts';
import type { HistorySlice, SliceScan } from '../../cli/questions/history-slice.ts';
import type { ReportInput } from '../../cli/report/data/build-report-data.ts';
import { compareFirewalls, exposureOf } from '../../lambda/firewall/index.ts';
import type { PortState } from '../../lambda/firewall/rules/port-state.ts';
import type { Attribution } from '../../lambda/history/attribution.ts';
import type { HistoryEntry, Resource } from '../../lambda/history/entry.ts';
import { buildChange, buildEntry, instance, rule } from '../alerts/fixtures.ts';

export const account = '123456789012';
export const span = { from: '2026-11-01T00:00:00.000Z', until: '2026-11-30T00:00:00.000Z' };

export const at = (day: number, time = '00:00') => `2026-11-${String(day).padStart(2, '0')}T${time}:00.000Z`;

export const http = rule('tcp', 80, ['0.0.0.0/0'], ['::/0']);
export const sshFromOffice = rule('tcp', 22, ['198.51.100.0/24'], ['2001:db8:51::/48']);
export const sshFromAnywhere = rule('tcp', 22, ['0.0.0.0/0'], ['::/0']);
const mysqlFromAnywhere = rule('tcp', 3306, ['0.0.0.0/0'], ['::/0']);
const mysqlFromTwo = rule('tcp', 3306, ['203.0.113.0/29'], []);

export const alice: Attribution = {
  calls: [
    {
      eventId: 'e-1',
      at: at(12, '12:02'),
      name: 'OpenInstancePublicPorts',
      by: 'IAM user alice',
      arn: 'arn:aws:iam::123456789012:user/alice',
      sourceIpAddress: '192.0.2.44',
      userAgent: 'aws-cli/2.31.0',
      through: 'api',
    },
  ],
  fit: 'explained',
  foundBy: 'lookup',
  foundAt: at(12, '12:30'),
};

/** Builds the history of one instance change by change; each change is recorded five minutes after the last confirmation. */
export class History {
  readonly entries: HistoryEntry[] = [];
  readonly resource: Resource;
  #rules: PortState[] = [];
  #rulesAt: string | null = null;

  constructor(instanceName: string, region = 'eu-west-1', owner = account) {
    this.resource = { account: owner, region, instanceName };
  }

  first(when: string, rules: PortState[], fields: Partial<HistoryEntry> = {}): this {
    const { reach, dormant, notes } = exposureOf({ rules, ipAddressType: 'dualstack' });
    return this.#add({
      at: when,
      kind: 'baseline',
      rules,
      opened: reach,
      dormant,
      notes,
      changedAfter: null,
      ...fields,
    });
  }

  /** `after`: start of the last scan that confirmed the old state. */
  change(when: string, after: string, rules: PortState[], fields: Partial<HistoryEntry> = {}): this {
    const { verdict, opened, closed, notes } = compareFirewalls(
      { rules: this.#rules, ipAddressType: 'dualstack' },
      { rules, ipAddressType: 'dualstack' },
    );
    const { severity, reason } = buildChange(this.#rules, rules);
    return this.#add({
      at: when,
      kind: 'changed',
      rules,
      verdict,
      opened,
      closed,
      notes,
      severity,
      reason,
      changedAfter: after,
      ...fields,
    });
  }

  gap(when: string, since: string, fields: Partial<HistoryEntry> = {}): this {
    const failure = { reason: 'service-error' as const, message: 'ServiceException: <b>no</b>', since };
    return this.#add({
      at: when,
      kind: 'gap',
      changedAfter: since,
      failure,
      severity: 'medium',
      reason: "can't be read",
      ...fields,
    });
  }

  gapOver(when: string, since: string): this {
    const failure = { reason: 'service-error' as const, message: 'ServiceException', since };
    return this.#add({
      at: when,
      kind: 'gap-over',
      rules: this.#rules,
      changedAfter: null,
      failure,
      reason: 'readable again',
    });
  }

  /** A transient change that was found at `when`: something was open, or closed, from `from` to `until`. */
  flap(when: string, from: string, until: string, fields: Partial<HistoryEntry>): this {
    return this.#add({
      at: when,
      kind: 'flapped',
      changedAfter: from,
      changedBefore: until,
      reason: 'in between',
      ...fields,
    });
  }

  gone(when: string, after: string): this {
    const { reach } = exposureOf({ rules: this.#rules, ipAddressType: 'dualstack' });
    return this.#add({
      at: when,
      kind: 'gone',
      closed: reach,
      changedAfter: after,
      severity: 'low',
      reason: 'the instance is gone',
    });
  }

  slice(scans: readonly SliceScan[] = [], regionEntries: readonly HistoryEntry[] = []): HistorySlice {
    return { resource: this.resource, entries: this.entries, regionEntries, scans, expiredScans: [] };
  }

  #add(fields: Partial<HistoryEntry> & { at: string }): this {
    const version = this.entries.length + 1;
    const given = {
      resource: this.resource,
      instance,
      changedBefore: fields.at,
      version,
      previousRulesAt: this.#rulesAt,
    };
    const entry = buildEntry({ ...given, commitId: `c-${version}`, ...fields });
    this.entries.push(entry);
    if (entry.rules !== null) [this.#rules, this.#rulesAt] = [entry.rules, entry.at];
    return this;
  }
}

/** A scan every six hours, all complete. db-1 can't be read on the 20th from 06:00 to 18:00. */
export function listScans(from = span.from, until = span.until): SliceScan[] {
  const scans: SliceScan[] = [];
  for (let start = Date.parse(from); start < Date.parse(until); start += 6 * 3_600_000) {
    const startedAt = new Date(start).toISOString();
    const endedAt = new Date(start + 2_000).toISOString();
    scans.push({
      startedAt,
      endedAt,
      complete: true,
      regionsListed: ['eu-west-1', 'us-east-1'],
      regionsFailed: {},
      notRead: startedAt >= at(20, '06:00') && startedAt < at(20, '18:05') ? ['eu-west-1#db-1'] : [],
    });
  }
  return scans;
}

export function inputOf(slices: readonly HistorySlice[], fields: Partial<ReportInput> = {}): ReportInput {
  const ratedBy = chooseRatingSettings(null);
  return {
    account,
    name: 'prod',
    builtAt: span.until,
    span,
    slices,
    scans: [{ account, scans: listScans() }],
    names: null,
    hidden: [],
    ratedBy,
    approvals: null,
    problems: [],
    ...fields,
  };
}

/**
 * A typical incident: web-1 opened MySQL on 12 November between 12:00 and 12:05 and closed it at 16:00; db-1 allows
 * MySQL for eight hosts.
 */
export function buildSampleInput(): ReportInput {
  const web = new History('web-1')
    .first(at(1, '00:00'), [http, sshFromOffice])
    .change(at(12, '12:05'), at(12, '12:00'), [http, sshFromOffice, mysqlFromAnywhere], { changedBy: alice })
    .change(at(12, '16:05'), at(12, '16:00'), [http, sshFromOffice]);
  const db = new History('db-1')
    .first(at(1, '00:00'), [sshFromOffice, mysqlFromTwo])
    .gap(at(20, '06:10'), at(20, '06:00'))
    .gapOver(at(20, '18:05'), at(20, '06:00'));
  const office = new History('office', 'us-east-1')
    .first(at(3, '09:00'), [http], { kind: 'appeared', changedAfter: at(3, '08:55') })
    .change(at(25, '10:05'), at(25, '10:00'), [http, sshFromAnywhere]);
  const old = new History('old-1', 'us-east-1')
    .first(at(1, '00:00'), [sshFromAnywhere])
    .gone(at(8, '10:05'), at(8, '10:00'));
  const scans = listScans();
  return inputOf(
    [web, db, office, old].map((history) => history.slice(scans)),
    { scans: [{ account, scans }] },
  );
}

/** Three accounts with an instance of the same name; the third account cannot be entered since the 20th. */
export function buildAccountsInput(): ReportInput {
  const names = new Map([
    ['222233334444', 'dev'],
    ['333344445555', 'Production/EU'],
    ['444455556666', 'lab'],
  ]);
  const [dev = '', prod = '', lab = ''] = names.keys();
  const web = (owner: string) => new History('web-1', 'eu-west-1', owner);
  const histories = [
    web(dev).first(at(1), [mysqlFromAnywhere]),
    web(prod).first(at(1), [http]).change(at(12, '12:05'), at(12, '12:00'), [http, sshFromAnywhere]),
    web(lab).first(at(1), [http]),
  ];
  const scansOf = (owner: string) => listScans(span.from, owner === lab ? at(20) : span.until);
  return inputOf(
    histories.map((history) => history.slice(scansOf(history.resource.account))),
    {
      names,
      scans: [dev, prod, lab].map((owner) => ({ account: owner, scans: scansOf(owner) })),
      hidden: [
        { kind: 'account-not-entered', since: at(20), reason: 'access-denied', account: lab, accountName: 'lab' },
      ],
    },
  );
}
