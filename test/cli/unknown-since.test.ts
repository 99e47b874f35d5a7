/** P4, P6: every answer agrees about an instance that cannot be read: since when it is unknown, and what confirmed it last. */
import { describe, expect, jest, test } from '@jest/globals';
import { openHistoryReader } from '../../cli/aws/open-deployment.ts';
import { exposureSpans } from '../../cli/questions/exposure-spans.ts';
import { loadReportInput } from '../../cli/report/load-report-input.ts';
import { toInstant } from '../../lambda/history/instants.ts';
import { runFullScan } from '../../lambda/scan/full-scan.ts';
import { Monitor } from '../scan/monitor.ts';
import { httpFromAnywhere } from '../scan/samples.ts';
import { closeAfterTests } from '../support/close-after-tests.ts';
import { depth } from '../support/depth.ts';
import { account, startDeployedAccount, tableName } from './deployed-account.ts';

/**
 * One region for each case, scanned at 10:05, 10:10, … 10:35. `.`: the scan reads everything. `i`: it cannot read the instance. `r`: it
 * cannot list the region. `o`: it leaves the region out. `I` and `R`: access is denied, which is a gap at once. Other gaps are due after
 * three scans.
 */
const allCases: [scans: string, since: string, confirmed: string, alert: string | null][] = [
  ['.....ri', '10:30', '10:25', null],
  ['.....ir', '10:30', '10:25', null],
  ['.....rI', '10:30', '10:25', 'at 10:35: since 10:30, confirmed 10:25'],
  ['....rir', '10:25', '10:20', null],
  ['....iri', '10:25', '10:20', 'at 10:35: since 10:25, confirmed 10:20'],
  ['..ririr', '10:15', '10:10', 'at 10:30: since 10:15, confirmed 10:10'],
  ['..rrrii', '10:15', '10:10', 'at 10:30: since 10:15, confirmed 10:10'],
  ['..RRRii', '10:15', '10:10', 'at 10:30: since 10:15, confirmed 10:10'],
  ['..iiirr', '10:15', '10:10', 'at 10:25: since 10:15, confirmed 10:10'],
  ['..IrRri', '10:15', '10:10', 'at 10:15: since 10:15, confirmed 10:10'],
  ['..rir.i', '10:35', '10:30', null],
  ['..i...o', '10:35', '10:30', null],
  ['..i.ooo', '10:25', '10:20', null],
  ['....ooi', '10:25', '10:20', null],
];

/** The quick run takes every third one, which together have each letter. */
const step = depth({ quick: 3, full: 1 });
const cases = allCases.filter((_, index) => index % step === 0);
const nameOf = (scans: string) => `web-${cases.findIndex(([other]) => other === scans)}`;
const regionOf = (scans: string) => `eu-west-${cases.findIndex(([other]) => other === scans)}`;

const monitor = new Monitor(...cases.map(([scans]) => regionOf(scans)));
const minute = (clock: string) => Date.parse(`2026-11-23T${clock}:00.000Z`);
const clock = (instant: string | null | undefined) => instant?.slice(11, 16) ?? null;
const now = '10:37';

function scriptScan(n: number): void {
  monitor.world.failures.clear();
  for (const [scans] of cases) {
    const letter = scans[n] ?? '';
    const key = `${regionOf(scans)}${letter === 'i' || letter === 'I' ? `#${nameOf(scans)}` : ''}`;
    if ('irIR'.includes(letter)) monitor.world.fail(key, 'IR'.includes(letter) ? 'access-denied' : 'throttled');
  }
  const regions = cases.filter(([scans]) => scans[n] !== 'o').map(([scans]) => regionOf(scans));
  monitor.settings = { ...monitor.settings, account, tellGapAfterScans: 3, regions };
}

interface Told {
  since: string | null;
  confirmed: string | null;
}

interface Answered {
  instanceName: string;
  instance: { name: string };
  gap: { since: string } | null;
  confirmedAt: string | null;
  confirmedBefore: string | null;
}

const answers = new Map<string, Answered[]>();
const ask = async (...args: string[]) => JSON.parse((await deployed.run(...args, '--utc', '--json')).stdout);
const at = (time: string) => toInstant(minute(time));

const deployed = await closeAfterTests(startDeployedAccount());
for (const [scans] of cases) monitor.world.set(regionOf(scans), nameOf(scans), [httpFromAnywhere]);
for (let n = 0; n < 7; n += 1) {
  scriptScan(n);
  monitor.now = minute('10:05') + n * 300_000;
  await runFullScan({ ...monitor.deps(), store: deployed.store }, monitor.now + 240_000);
}
jest.spyOn(Date, 'now').mockReturnValue(minute(now));
answers.set('status', (await ask('status')).instances);
answers.set('exposed', (await ask('exposed', '80')).openings);
answers.set('exposed ssh', (await ask('exposed', '22')).openings);
answers.set('exposed --between', (await ask('exposed', '80', '--between', at('10:11'), at(now))).openings);
answers.set('exposed --between, late', (await ask('exposed', '80', '--between', at('10:36'), at(now))).openings);

describe.each(cases)('scans that end with %s', (scans, since, confirmed, alert) => {
  const [name, region] = [nameOf(scans), regionOf(scans)];
  const sinceIn = (question: string) =>
    clock(answers.get(question)?.findLast(({ instanceName }) => instanceName === name)?.gap?.since);

  test('status and at', async () => {
    const row = answers.get('status')?.find(({ instance }) => instance.name === name);
    const status: Told = { since: clock(row?.gap?.since), confirmed: clock(row?.confirmedAt) };
    expect(status).toEqual({ since, confirmed });
    const { gap, confirmedBefore } = await ask('at', name, at(now), '--region', region);
    expect({ since: clock(gap?.since), confirmed: clock(confirmedBefore) }).toEqual({ since, confirmed });
  });

  test.each(['exposed', 'exposed ssh', 'exposed --between', 'exposed --between, late'])('%s', (question) => {
    expect(sinceIn(question)).toBe(since);
  });

  test('the alert', () => {
    const told = monitor.publisher
      .digests()
      .flatMap(({ alerts, scannedAt }) => alerts.map((each) => ({ ...each, scannedAt })))
      .filter((each) => each.kind === 'unreadable' && each.instance?.name === name)
      .map(
        (each) =>
          `at ${clock(each.scannedAt)}: since ${clock(each.failure?.since)}, confirmed ${clock(each.changedAfter)}`,
      );
    expect(told.at(-1) ?? null).toBe(alert);
  });
});

test('the report', async () => {
  const place = openHistoryReader(
    { tableName, region: 'eu-west-1', account },
    undefined,
    new AbortController().signal,
    Date.now,
  );
  const span = { from: at('10:36'), until: at(now) };
  const { slices } = await loadReportInput(place, span, () => undefined);
  place.close();
  const found = cases.map(([scans]) => {
    const slice = slices.find(({ resource }) => resource.instanceName === nameOf(scans));
    return [scans, clock(slice && exposureSpans(slice, span).at(-1)?.gap?.since)];
  });
  expect(found).toEqual(cases.map(([scans, since]) => [scans, since]));
});
