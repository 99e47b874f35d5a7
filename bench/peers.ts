/**
 * `npm run bench:peers`: prints the tables of docs/performance.md. Some tables compare Portwatch with alternative programs on the stand-in
 * of Lightsail. The last table has the time and usage of a scan for fleets of several sizes. Has no assertions. Takes about six minutes.
 * The first run downloads and installs Prowler (3 GB).
 */
import { cpus, loadavg, totalmem } from 'node:os';
import { startStsEmulator } from '../emulators/sts.ts';
import { readOptions } from '../test/support/read-options.ts';
import { bundleFunctions } from './bundle/bundle-functions.ts';
import { memoryMb, processorShare } from './cost/report-cost.ts';
import { type Lightsail, pageSize } from './peers/lightsail-facts.ts';
import { measurePeer } from './peers/measure-peer.ts';
import { measurePortwatch } from './peers/measure-portwatch.ts';
import { meterScan } from './peers/measure-scan.ts';
import { type Peer, peers, threads, versions } from './peers/peers.ts';
import { startStandIns } from './peers/stand-in.ts';
import { type GrowthRow, type PeerRow, renderGrowth, renderPeers } from './peers/tables.ts';

readOptions({}, []);

const fourRegions = ['eu-west-1', 'us-east-1', 'ap-south-1', 'eu-central-1'];
const eightRegions = [...fourRegions, 'us-west-2', 'eu-west-2', 'ap-southeast-2', 'ap-northeast-1'];

/**
 * Portwatch sends five requests at the same time to each region, which is 100 requests a second with a latency of 50 ms. The limit of
 * `ordinary` allows this rate. The limit of `narrow` is a quarter of this rate.
 */
const ordinary: Lightsail = { latencyMs: 50, requestsPerSecond: 150 };
const narrow: Lightsail = { latencyMs: 50, requestsPerSecond: 25 };

const startedAt = performance.now();
const bundles = bundleFunctions();
const sts = await startStsEmulator();
try {
  console.log(renderMachine());
  for (const instances of [20, 200, 2000]) await printPeers(`${instances} instances`, instances, ordinary, peers);
  const slowed = `200 instances, at most ${narrow.requestsPerSecond} requests a second in a region`;
  await printPeers(slowed, 200, narrow, [threads]);
  await printGrowth();
} finally {
  bundles.remove();
  await sts.close();
}
console.error(
  `Load at the end: ${loadavg()[0]?.toFixed(1)}. It took ${Math.round((performance.now() - startedAt) / 1000)} s.`,
);

async function printPeers(title: string, instances: number, lightsail: Lightsail, others: readonly Peer[]) {
  const standIns = await startStandIns(instances, fourRegions);
  try {
    const { cold, warm } = await measurePortwatch(bundles.scan, standIns, lightsail);
    const does = 'listing and port states; compares with the table, keeps a history';
    const rows: PeerRow[] = [
      { what: 'Portwatch, warm', does, hasTarget: true, measured: warm },
      { what: 'Portwatch, in a new process', does, hasTarget: false, measured: cold },
    ];
    for (const peer of others) rows.push(await measurePeer(peer, standIns, lightsail, sts.url));
    console.log(`### ${title}\n\n${renderPeers(rows)}\n`);
  } finally {
    await standIns.close();
  }
}

async function printGrowth(): Promise<void> {
  const rows: GrowthRow[] = [];
  for (const instances of [1, 10, 100, 1000, 10_000]) {
    const standIns = await startStandIns(instances, eightRegions);
    try {
      const { warm } = await measurePortwatch(bundles.scan, standIns, ordinary);
      rows.push({ measured: warm, ...(await meterScan(bundles.scan, standIns)) });
    } finally {
      await standIns.close();
    }
  }
  console.log(`### Growth: ${eightRegions.length} regions\n\n${renderGrowth(rows, memoryMb, processorShare)}\n`);
}

function renderMachine(): string {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `Measured on ${new Date().toISOString().slice(0, 10)}:

- Machine: ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${gigabytes} GB; load before the run ${loadavg()[0]?.toFixed(1)}.
- Versions: Node ${process.version}, boto3 ${versions.boto3}, Cloud Custodian ${versions.custodian}, Prowler ${versions.prowler}.
- Stand-in of Lightsail: ${ordinary.latencyMs} ms a request, ${pageSize} instances a page, at most ${ordinary.requestsPerSecond} requests \
a second in a region.
`;
}
