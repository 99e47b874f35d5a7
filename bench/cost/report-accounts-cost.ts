import { scanMemoryMb } from '../../lib/function-memory.ts';
import type { BatchUse } from './measure-account-scans.ts';
import {
  type CostLine,
  computeIdleEventCost,
  computeMonthlyCost,
  countManagementEvents,
  sumUsd,
} from './monthly-cost.ts';
import {
  type AccountScanUse,
  averageScan,
  computeOrganizationCost,
  countOrganizationEvents,
  type OrganizationUse,
} from './organization-cost.ts';
import { prices, pricesOf } from './prices.ts';
import { lookupMs, memoryMb, toBilledMs } from './report-cost.ts';

/** `whole`: a scan that lists every region. `short`: a scan that lists only regions with instances. */
interface Measured {
  whole: BatchUse;
  short: BatchUse;
}

interface MeasuredAccounts {
  importMs: number;
  homeRegions: number;
  /** One account, 20 instances. */
  alone: Measured;
  /** Ten accounts at the same time, with 20 instances each. */
  together: Measured;
  /** Ten accounts without instances. */
  empty: Measured;
}

/** Accounts are scanned every five minutes. Regions without instances are listed every 60 minutes, so by one scan in twelve. */
const shareOfWholeScans = 1 / 12;
const passesAMonth = 8_760;
const storedBytes = 12 * passesAMonth * 700 + 100_000;
const changes = 20;

/** The cost in US dollars a month, as Markdown. */
export function reportAccountsCost(measured: MeasuredAccounts): string {
  const { homeRegions, importMs } = measured;
  const scanOf = (use: BatchUse): AccountScanUse => {
    const memory = use.accounts === 1 ? memoryMb : scanMemoryMb.severalAccounts;
    return { ...use, billedMs: toBilledMs(use, importMs, memory) / use.accounts };
  };
  const modes = [
    { name: 'each scan', of: ({ whole }: Measured) => scanOf(whole) },
    {
      name: '60 minutes',
      of: ({ whole, short }: Measured) => averageScan(scanOf(whole), scanOf(short), shareOfWholeScans),
    },
  ];
  const rows = modes.flatMap(({ name, of }) => {
    const use = (accounts: number, held: Measured): OrganizationUse => organizationUse(accounts, of(held), homeRegions);
    const total = (accounts: number, held: Measured) => {
      const { perAccount, perMonitor } = computeOrganizationCost(use(accounts, held));
      return sumUsd(perAccount) + sumUsd(perMonitor);
    };
    const empty = { ...use(1_000, measured.empty), changes: 0, homeRegions: 0 };
    // For an account without instances, the scan looks up no API calls.
    const emptyUsd = (accounts: number) => {
      const { perAccount } = computeOrganizationCost({ ...empty, accounts });
      return sumUsd(perAccount.filter(({ what }) => what !== 'attribution'));
    };
    const single = singleUse(of(measured.alone), homeRegions);
    const fixed = computeOrganizationCost(use(1, measured.together)).perMonitor;
    return [
      `### Empty regions: ${name}`,
      '',
      `1 account, no queue: ${dollars(sumUsd(computeMonthlyCost(single)))}, and ${dollars(computeIdleEventCost().usd)} polling`,
      ...[40, 1_000].map((accounts) => `${accounts} accounts: ${dollars(total(accounts, measured.together))}`),
      `one more account of 20 instances: ${dollars((total(1_000, measured.together) - total(40, measured.together)) / 960)}`,
      `one more account without instances: ${dollars(emptyUsd(1_000) / 1_000)}`,
      `the monitor itself: ${dollars(sumUsd(fixed))}`,
      '',
      ...renderLines(1, [...computeMonthlyCost(single), computeIdleEventCost()]),
      ...[40, 1_000].flatMap((accounts) => {
        const { perAccount, perMonitor } = computeOrganizationCost(use(accounts, measured.together));
        return renderLines(accounts, [...perAccount, ...perMonitor]);
      }),
      `Events of 1 account: ${Math.round(countManagementEvents(single)).toLocaleString('en-US')}`,
      ...[40, 1_000].map((accounts) => {
        const {
          perMember,
          mostRolesAssumed,
          organization,
          total: events,
        } = countOrganizationEvents(use(accounts, measured.together));
        return (
          `Events of ${accounts} accounts: ${toText(events)} (${toText(perMember)} in each, at most ${toText(mostRolesAssumed)} assumed roles ` +
          `for each, ${toText(organization)} in the management account): ${dollars(events * prices.trailEvent)} for a second trail, ` +
          `${dollars(events * prices.threatDetectionEvent)} for GuardDuty`
        );
      }),
      `Events of an account without instances: ${toText(countOrganizationEvents(empty).perMember)}`,
      '',
    ];
  });
  const { whole, short } = measured.together;
  const basis = (one: BatchUse) =>
    `${one.wallMs.toFixed(0)} ms (${one.cpuMs.toFixed(0)} of computing), ${one.lightsailCalls} calls, ${one.readUnits} read and ${one.writeUnits} write units`;
  return [
    `## US dollars a month for 1, 40 and 1,000 accounts; prices of ${pricesOf}`,
    '',
    `Ten accounts side by side: ${basis(whole)}; without the empty regions ${basis(short)}.`,
    '',
    ...rows,
  ].join('\n');
}

function organizationUse(accounts: number, scan: AccountScanUse, homeRegions: number): OrganizationUse {
  return {
    accounts,
    scanEveryMinutes: 5,
    scan,
    homeRegions,
    lookupMs,
    // One second to start and compute; 150 ms for each page of 20 accounts; 50 ms to send 50 messages (five parallel requests of ten).
    passMs: 1_000 + (accounts / 20) * 150 + (accounts / 50) * 50,
    collectMs: 500,
    memoryMb: scanMemoryMb.severalAccounts,
    logBytes: 1_000,
    changes,
    writeUnitsPerChange: 11,
    mailAddresses: 2,
    storedBytes,
  };
}

/** A monitor of one account has no queue, no pass and no collector. */
function singleUse(scan: AccountScanUse, homeRegions: number) {
  return {
    ...scan,
    ...{
      scanEveryMinutes: 5,
      homeRegions,
      lookupMs,
      memoryMb,
      logBytes: 2_500,
      changes,
      mailAddresses: 2,
      storedBytes,
    },
    writeUnitsPerChange: 7,
  };
}

function renderLines(accounts: number, lines: readonly CostLine[]): string[] {
  return [
    `| ${accounts} | USD |`,
    '|---|---|',
    ...lines.map(({ what, usd }) => `| ${what} | ${dollars(usd)} |`),
    `| sum | ${dollars(sumUsd(lines))} |`,
    '',
  ];
}

const toText = (count: number) => Math.round(count).toLocaleString('en-US');

function dollars(usd: number): string {
  return `$${usd.toFixed(usd < 0.01 ? 4 : usd < 10 ? 3 : 0)}`;
}
