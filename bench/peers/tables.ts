/** Renders the tables of docs/performance.md. Pure. */

/** The row of one program, measured on one fleet. */
export interface PeerRow {
  what: string;
  does: string;
  /** True: this row has the target for the ratio of `wallMs` to `floorMs`. */
  hasTarget: boolean;
  /** The figures, or the reason why the program could not be measured. */
  measured: Measured | string;
}

export interface Measured {
  /** The lower limit of the time for the program's requests to Lightsail. */
  floorMs: number;
  wallMs: number;
  /** Milliseconds from the first request to Lightsail to the last answer. */
  readingMs: number;
  cpuMs: number;
  peakBytes: number;
  /** Requests to Lightsail, including throttled ones. */
  calls: number;
  throttled: number;
  /** Instances in the result, and instances in the fleet. */
  instancesRead: number;
  instances: number;
}

export interface GrowthRow {
  measured: Measured;
  readUnits: number;
  writeUnits: number;
}

const targetRatio = 1.1;
const none = '—';

const peerHead = [
  'what',
  'reads',
  'wall time',
  'floor',
  'ratio, target <= 1.10',
  'with Lightsail',
  'CPU',
  'peak memory',
  'calls',
  'instances in the result',
];

export function renderPeers(rows: readonly PeerRow[]): string {
  return renderTable([peerHead, ...rows.map(renderPeer)]);
}

function renderPeer({ what, does, hasTarget, measured }: PeerRow): string[] {
  if (typeof measured === 'string') {
    return [what, `not measured: ${measured}`, ...peerHead.slice(2).map(() => none)];
  }
  const { wallMs, floorMs, readingMs, cpuMs, peakBytes, calls, throttled, instancesRead, instances } = measured;
  return [
    what,
    does,
    seconds(wallMs),
    seconds(floorMs),
    hasTarget ? `${ratio(measured)}: ${isMet(measured) ? 'met' : 'NOT met'}` : ratio(measured),
    seconds(readingMs),
    seconds(cpuMs),
    mebibytes(peakBytes),
    throttled === 0 ? count(calls) : `${count(calls)}, ${count(throttled)} of them throttled`,
    `${count(instancesRead)} of ${count(instances)}`,
  ];
}

/** `memoryMb`: the memory of the scan function. `processorShare`: the part of a processor that a function with this memory gets. */
export function renderGrowth(rows: readonly GrowthRow[], memoryMb: number, processorShare: number): string {
  const head = [
    'instances',
    'wall time',
    'floor',
    'ratio, target <= 1.10',
    'CPU',
    `the same at ${memoryMb} MB`,
    'peak memory',
    'calls',
    'units read',
    'units written',
  ];
  const body = rows.map(({ measured, readUnits, writeUnits }) => [
    count(measured.instances),
    seconds(measured.wallMs),
    seconds(measured.floorMs),
    `${ratio(measured)}: ${isMet(measured) ? 'met' : 'NOT met'}`,
    seconds(measured.cpuMs),
    seconds(measured.cpuMs / processorShare),
    mebibytes(measured.peakBytes),
    count(measured.calls),
    count(readUnits),
    count(writeUnits),
  ]);
  return renderTable([head, ...body]);
}

function renderTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const renderRow = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  return [renderRow(head), `|${'---|'.repeat(head.length)}`, ...body.map(renderRow)].join('\n');
}

function ratio({ wallMs, floorMs }: Measured): string {
  return `${(wallMs / floorMs).toFixed(2)} x`;
}

function isMet({ wallMs, floorMs }: Measured): boolean {
  return wallMs <= targetRatio * floorMs;
}

function seconds(ms: number): string {
  const digits = ms < 9_995 ? 2 : ms < 99_950 ? 1 : 0;
  return `${(ms / 1000).toFixed(digits)} s`;
}

/** Lambda counts a function's memory in units of 2^20 bytes, and calls them MB. */
function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
