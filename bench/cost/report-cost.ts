import { scanMemoryMb } from '../../lib/function-memory.ts';
import { type Figure, renderFigures } from '../figure.ts';
import type { ScanWork } from '../scan-time/measure-scan-work.ts';
import type { ScanUse } from '../unchanged-scan/measure-unchanged-scan.ts';
import { countHealth } from './count-health.ts';
import {
  computeHealthCost,
  computeIdleEventCost,
  computeMonthlyCost,
  computeRecordingCost,
  countManagementEvents,
  sumUsd,
  type Use,
  unitsOfRewriting,
} from './monthly-cost.ts';

/** A function of 1,769 MB gets one whole processor (AWS Lambda's developer guide), and with less memory a share of a processor. */
function shareOf(memory: number): number {
  return memory / 1769;
}

export const memoryMb = scanMemoryMb.oneAccount;
export const processorShare = shareOf(memoryMb);

/**
 * Assumed milliseconds of the lookups in CloudTrail, in all regions at the same time: four requests at two requests a second, and one
 * second for the last answer. AWS does not document the latency. One measurement found 4 s on average in us-east-1 (repost.aws).
 */
export const lookupMs = 1_500 + 1_000;

interface Measured {
  instances: number;
  homeRegions: number;
  use: ScanUse;
  work: ScanWork;
  importMs: number;
}

/** US dollars a month of a fleet that is scanned every five minutes, as two Markdown tables. */
export function reportCost(measured: Measured): string {
  const use = toUse(measured);
  const lines = computeMonthlyCost(use);
  const total = sumUsd(lines);
  const rewriting = sumUsd(computeMonthlyCost({ ...use, ...unitsOfRewriting(measured.instances) }));
  const health = countHealth();
  const idle = computeIdleEventCost();
  const healthUsd = computeHealthCost(health);
  const figures: Figure[] = [
    ...lines.map(({ what, usd }) => ({ what, here: dollars(usd), comparison: '', target: null })),
    {
      what: 'all but alarms and metrics',
      here: dollars(total),
      comparison: `${dollars(rewriting)} with one item read and written again for each instance`,
      target: { text: '<= 0.20 USD', isMet: total <= 0.2 },
    },
    {
      what: idle.what,
      here: dollars(idle.usd),
      comparison: '$0 within the first million requests of SQS; $0 with eventPath false',
      target: null,
    },
    {
      what: `${health.alarms} alarms and ${health.metrics} metrics`,
      here: dollars(healthUsd),
      comparison: '',
      target: { text: '<= 2 USD', isMet: healthUsd <= 2 && health.unpriced.length === 0 },
    },
    {
      what: "CloudTrail's management events of the monitor",
      here: Math.round(countManagementEvents(use)).toLocaleString('en-US'),
      comparison: computeRecordingCost(use)
        .map(({ what, usd }) => `${dollars(usd)} for ${what}`)
        .join('; '),
      target: null,
    },
  ];
  const title = `US dollars a month: ${measured.instances} instances, every ${use.scanEveryMinutes} minutes`;
  return `${renderFigures(title, figures)}\n${renderBasis(measured, use)}\n`;
}

/** A high estimate of the billed time: every scan is a cold start, and computing is slower by the function's share of a processor. */
export function toBilledMs({ wallMs, cpuMs }: ScanWork, importMs: number, memory: number): number {
  return wallMs - cpuMs + (cpuMs + importMs) / shareOf(memory);
}

function toUse({ use, work, importMs, homeRegions }: Measured): Use {
  return {
    scanEveryMinutes: 5,
    readUnits: use.readUnits,
    writeUnits: use.writeUnits,
    lightsailCalls: Object.values(use.lightsailCalls).reduce((sum, count) => sum + count, 0),
    homeRegions,
    billedMs: toBilledMs(work, importMs, memoryMb),
    lookupMs,
    memoryMb,
    // The bytes of three log lines of Lambda, one line of the scan, and one line with the metrics.
    logBytes: 2_500,
    changes: 20,
    writeUnitsPerChange: 7,
    mailAddresses: 2,
    // One year of scan items at 700 bytes, and the latest states.
    storedBytes: 12 * 8_760 * 700 + 100_000,
  };
}

function renderBasis({ work, importMs }: Measured, use: Use): string {
  return (
    `Lambda: ${(use.billedMs / 1000).toFixed(1)} s a scan at ${use.memoryMb} MB; ${work.wallMs.toFixed(0)} ms of it as measured ` +
    `(150 ms a call), and ${(work.cpuMs + importMs).toFixed(0)} ms of computing and importing taken ${(1 / processorShare).toFixed(1)} times ` +
    `as long, every start a cold one. ${use.changes} changes a month to ${use.mailAddresses} addresses; a year of history.`
  );
}

function dollars(usd: number): string {
  return `$${usd.toFixed(usd < 0.01 ? 4 : 3)}`;
}
