import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { depth } from '../support/depth.ts';
import { probeFirewall } from './probe-oracle.ts';
import { rulePool } from './rule-pool.ts';
import { type SimulationReport, simulateSeeds } from './simulate-seeds.ts';

/** An event of the lists below must happen in more seeds than this number. */
const rareSeeds = depth({ quick: 0, full: 50 });

const mostFewSeeds = 600;

/** At full depth exactly this number of seeds, in the quick run at least. */
const expectSeeds = (report: SimulationReport, seeds: number) => {
  expect(report.seeds).toBeGreaterThanOrEqual(seeds);
  expect(report.seeds).toBeLessThanOrEqual(depth({ quick: mostFewSeeds, full: seeds }));
};

/**
 * Few seeds: the first ones, and more until each event has happened. The rarest event happens in one of a hundred seeds, so it is an error
 * if it did not happen in 600. They begin at a seed with which few are enough.
 */
function simulateFew(from: number, seeds: number, events: readonly string[], isOfSeveral = false) {
  const isEnough = (report: SimulationReport) =>
    report.seeds >= mostFewSeeds || (report.seeds >= seeds && events.every((event) => event in report.events));
  return simulateSeeds({ from, isEnough, isOfSeveral });
}

/** Many seeds: runs `npm run simulate`, which does not render mail and is thus faster. */
function simulateMany(count: number, ...options: string[]): Promise<SimulationReport> {
  const command = join(import.meta.dirname, 'simulate.ts');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [command, '--json', '--seeds', String(count), ...options], (error, stdout, stderr) => {
      if (stdout === '') reject(error ?? new Error(stderr));
      else resolve(JSON.parse(stdout));
    });
  });
}

const seeds = depth({ quick: 22, full: 10_000 });

const events = [
  'instance baseline',
  'instance appeared',
  'instance replaced',
  'instance changed',
  'instance rewritten',
  'instance gone',
  'instance gap',
  'instance gap-over',
  'region baseline',
  'region gap',
  'region gap-over',
  'no region listed',
  'region not due',
  'first read after the first listing',
  'latest state removed',
  'name back after its latest state was removed',
  'entry expired',
  'commit refused',
  'alerted twice',
  'scan died',
  'scan threw',
  'scan skipped',
  'scan out of time',
  'parallel scans',
  'event scan',
  'attributed',
  'calls looked up',
  'lookup without time for all calls',
  'instance flapped',
  'transient',
  'two calls',
  'event of the first call alone',
  'denied access alerted',
  'older algorithm',
  'approved',
  'approval-ended',
  'approval-revoked',
  'approval-unreadable',
  'approved, not sent',
  'approved in part',
  'unread, alerted',
  'unread, not alerted',
  'state known',
  'state either',
  'state unknown',
  'state gone',
  'state not-seen-yet',
];

const simulate = depth({ quick: () => simulateFew(877, seeds, events), full: () => simulateMany(seeds) });

describe('P3, P4, P5, P6: whatever crashes, throttles, is down, overlaps or comes late', () => {
  let report: SimulationReport;

  beforeAll(async () => {
    report = await simulate();
  });

  test(`every promise is kept in ${seeds} or more seeded histories`, () => {
    // A violation is printed with the command that repeats it.
    expect(report.violation).toBeNull();
    expectSeeds(report, seeds);
  });

  test.each(events)('the histories contain this event often enough: %s', (event) => {
    expect(report.events[event] ?? 0).toBeGreaterThan(rareSeeds);
  });
});

/** Seeds with several accounts. */
const severalSeeds = depth({ quick: 3, full: 2_000 });

const severalEvents = [
  'account scan scanned',
  'account scan not-entered',
  'account scan stale',
  'account that cannot be entered',
  'collected and published',
  'collected after the pass',
  'critical before the end of the pass',
  'published twice',
  'message again',
  'scan died',
  'scan threw',
  'event scan',
];

const simulateSeveral = depth({
  quick: () => simulateFew(25, severalSeeds, severalEvents, true),
  full: () => simulateMany(severalSeeds, '--several'),
});

describe('P3, P4, P5, P6: several accounts, whatever dies, comes late or twice, or is closed', () => {
  let report: SimulationReport;

  beforeAll(async () => {
    report = await simulateSeveral();
  });

  test(`every promise is kept in ${severalSeeds} or more seeded histories`, () => {
    expect(report.violation).toBeNull();
    expectSeeds(report, severalSeeds);
  });

  test.each(severalEvents)('the histories contain this event often enough: %s', (event) => {
    expect(report.events[event] ?? 0).toBeGreaterThan(rareSeeds);
  });
});

describe('the probe oracle', () => {
  test('distinguishes the firewalls of the pool, and finds that their spellings have the same exposure', () => {
    for (const ipAddressType of ['dualstack', 'ipv4']) {
      const exposures = rulePool.map(
        (spellings) => new Set(spellings.map((rules) => probeFirewall(rules, ipAddressType))),
      );
      expect(exposures.every(({ size }) => size === 1)).toBe(true);
      const distinct = new Set(exposures.flatMap((exposure) => [...exposure])).size;
      // Without IPv6 addresses, two firewalls of the pool let nothing through, like the empty firewall.
      expect(distinct).toBe(ipAddressType === 'dualstack' ? rulePool.length : rulePool.length - 2);
    }
  });
});
