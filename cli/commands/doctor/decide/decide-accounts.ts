import type { WatchedAccount } from '../../../../lambda/accounts/watched-account.ts';
import { renderCount } from '../../../../lambda/alerts/render-count.ts';
import type { LoadedAccounts, Pass } from '../../../../lambda/pass/interfaces.ts';
import { labelAccount } from '../../../questions/account-names.ts';
import { failureRow, okRow, type Row, warningRow } from '../row.ts';
import { type CommandPlace, portwatchCommand } from '../suggested-commands.ts';
import { decideLastScan } from './decide-scans.ts';

/** Each account that cannot be entered has a row of its own, up to this number. The other accounts share one row. */
const mostNamed = 8;

/** If `several` is `null`, the monitor watches only the account in which it is deployed. */
export function decideAccounts(several: LoadedAccounts | null, place: CommandPlace): Row[] {
  const whole = { check: 'accounts', resource: null } as const;
  if (several === null) return [okRow(whole, 'the monitor watches the account in which it is deployed')];
  const { accounts, refused, organization } = several;
  const watched = accounts.filter(({ status }) => status === 'watched');
  const closed = watched.filter(({ failure }) => failure !== null);
  const rows = [
    ...(organization.failure === null ? [] : [describeOrganization(organization.failure, place)]),
    ...closed.slice(0, mostNamed).map((account) => describeClosed(account, place)),
    ...(closed.length > mostNamed
      ? [
          failureRow(whole, {
            found: `${renderCount(closed.length - mostNamed, 'more account')} cannot be entered`,
            ...roleTrouble(place),
          }),
        ]
      : []),
    ...refused.map(({ key, problem }) =>
      failureRow(
        { check: 'accounts', resource: key },
        {
          found: `this version of Portwatch cannot read the item: ${problem}`,
          expected: 'items that the deployed version and this clone can read',
          remedy: 'use a clone of the version that is deployed',
        },
      ),
    ),
  ];
  if (rows.length > 0) return rows;
  const removed = accounts.length - watched.length;
  const more = removed === 0 ? '' : `; ${renderCount(removed, 'account')} no longer watched`;
  if (watched.length === 0)
    return [
      failureRow(whole, {
        found: `no account is watched${more}`,
        expected: 'the accounts of the configuration',
        remedy: 'look at the log of the scan function: it says why no account was found',
        command: portwatchCommand(place, 'scan', '--deployed'),
      }),
    ];
  return [okRow(whole, `${renderCount(watched.length, 'account')} can be entered${more}`)];
}

function describeClosed({ account, name, failure }: WatchedAccount, place: CommandPlace): Row {
  const label = labelAccount(new Map([[account, name]]), account);
  return failureRow(
    { check: 'accounts', resource: label },
    {
      found: `cannot be entered since ${failure?.since}: ${failure?.reason} (${failure?.message})`,
      ...roleTrouble(place),
    },
  );
}

function describeOrganization(
  { since, reason, message }: NonNullable<LoadedAccounts['organization']['failure']>,
  place: CommandPlace,
): Row {
  return failureRow(
    { check: 'accounts', resource: 'organisation' },
    {
      found: `cannot be listed since ${since}: ${reason} (${message}); new accounts are not watched`,
      expected: 'the account of the monitor may list the organisation',
      remedy:
        'deploy in the management account, or in a delegated administrator; docs/organization.md says how, and what else can be configured',
      command: portwatchCommand(place, 'status'),
    },
  );
}

const roleTrouble = (place: CommandPlace) => ({
  expected: 'the role of each watched account can be assumed',
  remedy:
    'deploy the templates that the command writes in these accounts; docs/runbook.md#accounts-are-not-scanned has the other causes',
  command: portwatchCommand(place, 'member-template'),
});

/** Decides the row of the last scan for a monitor of several accounts. Its newest pass has the limits that a scan has. */
export function decideLastPass(
  pass: Pass | null,
  times: { scanEveryMinutes: number; now: number },
  place: CommandPlace,
): Row {
  const row = decideLastScan({ startedAt: pass?.startedAt ?? null, ...times }, place);
  if (pass === null) return row;
  const end = pass.endedAt === null ? 'has not ended yet' : `ended at ${pass.endedAt}`;
  return { ...row, found: `${row.found}; it is a pass over ${renderCount(pass.accounts, 'account')} that ${end}` };
}

/**
 * Decides the row of the last complete scan for a monitor of several accounts. If `pass` is `null`, no pass has begun. The row is then OK,
 * because the row of the last scan reports the failure.
 */
export function decideCompletePass(pass: Pass | null, place: CommandPlace): Row {
  const row = { check: 'complete-scan', resource: null } as const;
  if (pass === null) return okRow(row, 'not known before the first pass');
  if (pass.endedAt === null) return okRow(row, `the pass that began at ${pass.startedAt} has not ended yet`);
  if (pass.complete) return okRow(row, `the last pass scanned every account completely (${pass.startedAt})`);
  return warningRow(row, {
    found: `the last pass did not scan every account completely (${pass.startedAt})`,
    expected: 'a complete scan of each account in each pass',
    remedy: 'see what could not be read, and why; docs/runbook.md#accounts-are-not-scanned explains each cause',
    command: portwatchCommand(place, 'status'),
  });
}
